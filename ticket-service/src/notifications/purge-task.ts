import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'

type Options = {
  name: string
  /** Removes up to so many rows. @returns how many; fewer than `limit` means that no more are left */
  purge(limit: number): Promise<number>
  logger: { warn(fields: object, message: string): void }
}

const everyMs = 60 * 60 * 1000
const rowsAtOnce = 500

/**
 * Removes what is old, a few rows at a time so that no statement holds many. The first look comes at random within the
 * hour: replicas that started together do not purge together.
 */
export function createPurgeTask({ name, purge, logger }: Options): PeriodicTask {
  let stopping = false
  const run = async () => {
    while (!stopping && (await purge(rowsAtOnce)) === rowsAtOnce);
  }
  const task = createPeriodicTask({ name, everyMs, run, logger })
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
