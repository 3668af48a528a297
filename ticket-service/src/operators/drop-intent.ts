import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { Keys } from '../intents/keys.ts'
import type { ChangeIntent } from './change-intent.ts'
import type { Operation } from './operated-intent.ts'
import type { OperatorsRepository } from './operators.repository.ts'

export type DropIntent = (operation: Operation & { reason: string }) => Promise<void>

type Needs = {
  operators: OperatorsRepository
  change: ChangeIntent
  keys: Pick<Keys, 'release'>
  attachmentStore: Pick<AttachmentStore, 'discard'>
}

/**
 * Gives a parked intent up: it is gone with its files, and its Idempotency-Key is free. Only the record of who did it,
 * and why, stays. @throws AppError intent.*
 */
export function createDropIntent({ operators, change, keys, attachmentStore }: Needs): DropIntent {
  return async (operation) => {
    const { id, actor, reason } = operation
    const { idempotencyId, draft } = await change.getParked(operation)
    await change.apply(id, { actor, action: 'drop', detail: reason }, async (tx) => {
      const removed = await operators.remove(tx, id)
      if (removed && idempotencyId !== null) await keys.release(tx, idempotencyId, id)
      return removed
    })
    // What cannot be discarded now, the sweep finds: nobody needs it any more.
    await Promise.allSettled(draft.files.map((file) => attachmentStore.discard(file)))
  }
}
