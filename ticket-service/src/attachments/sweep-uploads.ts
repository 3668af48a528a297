import type { AttachmentStore } from './attachment-store.ts'
import type { UploadsRepository } from './uploads.repository.ts'

type Needs = {
  uploads: Pick<UploadsRepository, 'listUnbound' | 'removeUnbound' | 'isWanted'>
  attachmentStore: Pick<AttachmentStore, 'retire' | 'review'>
  /** Milliseconds for which an upload waits for a ticket to name it. */
  unboundMs: number
  /** Milliseconds for which content stays aside. */
  asideMs: number
  clock: { now(): Date }
  logger: { info(fields: object, message: string): void }
}

const batch = 200

/**
 * Removes uploads that no ticket named in time, and their content where nothing else has the same.
 *
 * Content is shared, and files are kept before the rows that need them are written, so that nobody can know at one moment
 * that content is wanted by nothing. It is therefore first set aside, where it is still found; much later, when every
 * row that a file was kept for has long been written, it is looked at again.
 */
export function createSweepUploads(needs: Needs): () => Promise<void> {
  const { uploads, attachmentStore, unboundMs, asideMs, clock, logger } = needs

  return async () => {
    const before = new Date(clock.now().getTime() - unboundMs)
    let swept = 0
    for (;;) {
      const found = await uploads.listUnbound(before, batch)
      for (const { id, sha256 } of found) {
        // The row last: what dies in between is taken up again.
        if (!(await uploads.isWanted(sha256, id))) await attachmentStore.retire(sha256)
        if (await uploads.removeUnbound(id)) swept += 1
      }
      if (found.length < batch) break
    }
    const { restored, removed } = await attachmentStore.review((sha256) => uploads.isWanted(sha256), asideMs)
    if (swept + restored + removed > 0)
      logger.info({ swept, restored, removed }, 'uploads that no ticket named were removed')
  }
}
