import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import { v7 as uuidv7 } from 'uuid'
import type { AttachmentStore } from './attachment-store.ts'
import type { ReceivedFile } from './receive-files.ts'
import type { Upload } from './upload.ts'
import type { UploadsRepository } from './uploads.repository.ts'

/** Keeps a staged file as the caller's own, bound to nothing. After a failure nothing is left of it. */
export type StoreUpload = (caller: Principal, tenantId: number, file: ReceivedFile) => Promise<Upload>

type Needs = {
  uploads: Pick<UploadsRepository, 'insert' | 'remove'>
  attachmentStore: Pick<AttachmentStore, 'keep' | 'discard'>
  clock: { now(): Date }
}

export function createStoreUpload({ uploads, attachmentStore, clock }: Needs): StoreUpload {
  return async (caller, tenantId, file) => {
    const { filename, declaredType, sniffedType, size, sha256 } = file
    const upload: Upload = {
      id: uuidv7(),
      tenantId,
      ownerUid: caller.uid,
      ownerKey: foldLoginName(loginNameOf(caller)),
      filename,
      declaredType,
      sniffedType,
      size,
      sha256,
      ticketId: null,
      replyId: null,
      createdAt: clock.now(),
    }
    try {
      // The row first: content that a dying process kept without one would never be swept.
      await uploads.insert(upload)
      await attachmentStore.keep(file)
    } catch (error) {
      // What cannot be undone now, the sweeps find.
      await Promise.allSettled([attachmentStore.discard(file), uploads.remove(upload.id)])
      throw error
    }
    return upload
  }
}
