import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'
import type { SyncPoller } from './sync-poller.ts'

type Options = {
  poller: SyncPoller
  everyMs: number
  logger: { warn(fields: object, message: string): void }
}

/** The rounds of the sync. Stopping ends the round under way early and lets another replica take over at once. */
export function createSyncTask({ poller, everyMs, logger }: Options): PeriodicTask {
  const task = createPeriodicTask({ name: 'sync', everyMs, run: poller.run, logger })
  return {
    start: task.start,
    async stop() {
      poller.end()
      await task.stop()
      await poller.release().catch((err: unknown) => {
        logger.warn({ err }, 'the lease of the sync runs out by itself')
      })
    },
  }
}
