import { setTimeout as delay } from 'node:timers/promises'
import { countUnfinished } from './evidence.ts'
import type { World } from './world.ts'

const lookEveryMs = 200

/**
 * Waits until the services have nothing left to do, or the limit is over.
 * @returns when that was, as `performance.now()` has it, or null
 */
export async function untilSettled(
  world: World,
  withinMs: number,
  stopped: AbortSignal,
): Promise<number | null> {
  for (const end = performance.now() + withinMs; performance.now() < end; await delay(lookEveryMs)) {
    stopped.throwIfAborted()
    const unfinished = await countUnfinished(world).catch(() => Number.POSITIVE_INFINITY)
    if (unfinished === 0) return performance.now()
  }
  return null
}

/**
 * Lets the leases of dead processes run out now instead of half a minute later. To be called when every client has its
 * answer: then a lease of no worker (`attempts = 0`) is that of a request whose process died, and so is any that is
 * older than both processes.
 */
export async function endDeadLeases({ database, replicas, leaseMs }: World): Promise<void> {
  const olderMs = Math.floor(Math.max(...replicas.map((replica) => replica.upForMs())))
  await database.query(
    `UPDATE ticket_intents SET available_at = NOW(3) WHERE available_at > NOW(3) AND (
       (state = 'sending' AND attempts = 0) OR available_at < NOW(3) + INTERVAL ${(leaseMs - olderMs) * 1000} MICROSECOND)`,
  )
  // A job that is sent twice is looked for first, so none is too early.
  await database.query(
    "UPDATE mirror_jobs SET available_at = NOW(3) WHERE available_at > NOW(3) AND available_at < '9000-01-01'",
  )
}
