import type { Pool } from '../database/pool.ts'
import { createPeriodicTask, type PeriodicTask } from '../outbox/periodic-task.ts'
import { type IdempotencyStore, keptMs } from './idempotency-store.ts'

type Options = {
  pool: Pool
  store: Pick<IdempotencyStore, 'purge'>
  logger: { warn(fields: object, message: string): void }
  /** Milliseconds between looks for old keys. */
  everyMs?: number
  /** Most keys in one statement. */
  batch?: number
}

/**
 * Deletes the keys whose day is over, a few at a time so that no statement holds many rows. The first look comes at
 * random within `everyMs`: replicas that started together do not purge together.
 */
export function createKeyPurge({
  pool,
  store,
  logger,
  everyMs = 600_000,
  batch = 500,
}: Options): PeriodicTask {
  let stopping = false
  const purge = async () => {
    while (!stopping && (await store.purge(pool, keptMs, batch)) === batch);
  }
  const task = createPeriodicTask({ name: 'idempotency.purge', everyMs, run: purge, logger })
  let first: NodeJS.Timeout | undefined
  return {
    start() {
      first = setTimeout(task.start, Math.random() * everyMs)
    },
    stop() {
      stopping = true
      clearTimeout(first)
      return task.stop()
    },
  }
}
