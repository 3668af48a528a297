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
