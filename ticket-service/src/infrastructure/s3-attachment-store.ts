import { randomUUID } from 'node:crypto'
import { link, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { storeUnavailable } from '../attachments/attachments.errors.ts'
import { measuredFile } from '../attachments/measured-file.ts'
import { describeSaved } from '../attachments/plan-download.ts'
import { exists, isMissing, makeFolder, orNull, writeNew } from './durable-files.ts'
import { createLocalAttachmentStore, isContentHash } from './local-attachment-store.ts'
import { createMoveUp } from './move-up.ts'
import type { S3Bucket } from './s3-bucket.ts'

export type S3AttachmentStore = AttachmentStore & {
  /** Brings to the bucket what is kept here alone: what came while it was away, and what was kept before there was one. */
  flush(): Promise<void>
  close(): Promise<void>
}

type Logger = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

type Needs = {
  /** On this machine: staging, and content that the bucket does not have yet. */
  directory: string
  bucket: S3Bucket
  /** Of every key. */
  prefix: string
  logger: Logger
}

/**
 * Keeps attachments in a bucket, `<prefix><sha256>`, and what is set aside under `<prefix>retired/`. What is kept is first
 * kept on this machine, durably, and moves up from there: a bucket that is away fails nothing and loses nothing.
 */
export function createS3AttachmentStore({ directory, bucket, prefix, logger }: Needs): S3AttachmentStore {
  const local = createLocalAttachmentStore({ directory })
  const staging = join(directory, 'staging')
  const keyOf = (sha256: string) => `${prefix}${sha256}`
  const retiredKeys = `${prefix}retired/`
  const retiredKeyOf = (sha256: string) => `${retiredKeys}${sha256}`
  const uploads = createMoveUp({ local, bucket, keyOf, logger })

  const openInBucket: AttachmentStore['open'] = async (sha256, range) => {
    if (!isContentHash(sha256)) return null
    try {
      return (await bucket.open(keyOf(sha256), range)) ?? (await bucket.open(retiredKeyOf(sha256), range))
    } catch (error) {
      throw storeUnavailable(error)
    }
  }

  /** The original goes only when its copy is whole, which not every server sees to. */
  const move = async (from: string, to: string): Promise<boolean> => {
    const found = await bucket.find(from)
    if (found === null) return false
    await bucket.copy(from, to)
    const copied = await bucket.find(to)
    if (copied?.size !== found.size) throw new Error(`the copy of ${from} is not whole`)
    await bucket.remove(from)
    return true
  }

  /** Beside the staged files, so that the sweep takes it when nobody has asked for it for long. */
  const fetch = async (sha256: string): Promise<string | null> => {
    const path = join(staging, `fetched-${sha256}`)
    const renew = async () => (await orNull(utimes(path, new Date(), new Date()))) !== null
    if (await renew()) return path
    await makeFolder(staging)
    // A second name, because the first one goes when the content has moved up.
    await orNull(link(local.pathOf(sha256), path)).catch(() => {})
    if (await renew()) return path
    const content = await openInBucket(sha256)
    if (content === null) return null
    const arriving = join(staging, randomUUID())
    const file = measuredFile(content, Number.MAX_SAFE_INTEGER)
    try {
      await writeNew(arriving, file.chunks)
      if ((await file.findings()).sha256 !== sha256)
        throw new Error('the bucket has other content under this name')
      await rename(arriving, path)
      return path
    } catch (error) {
      await rm(arriving, { force: true }).catch(() => {})
      throw error
    }
  }

  return {
    stage: local.stage,
    discard: local.discard,
    sweep: local.sweep,

    async keep(staged) {
      try {
        await local.keep(staged)
      } catch (error) {
        const isThere = isMissing(error) && (await bucket.find(keyOf(staged.sha256))) !== null
        if (!isThere) throw error
        return
      }
      await uploads.tryNow(staged.sha256)
    },

    async locate({ path, sha256 }) {
      if (path !== undefined && (await exists(path))) return path
      return (await fetch(sha256)) ?? local.locate({ sha256 })
    },

    open: async (sha256, range) => (await local.open(sha256, range)) ?? openInBucket(sha256, range),

    async presign(sha256, { seconds, ...file }) {
      // What the bucket does not have, or does not say that it has, this service gives out itself.
      const isThere = await bucket.find(keyOf(sha256)).catch(() => null)
      return isThere === null ? null : bucket.presign(keyOf(sha256), describeSaved(file), seconds)
    },

    async retire(sha256) {
      await local.retire(sha256)
      await move(keyOf(sha256), retiredKeyOf(sha256))
    },

    async review(isWanted, olderThanMs) {
      const outcome = await local.review(isWanted, olderThanMs)
      for await (const { key, modifiedAt } of bucket.list(retiredKeys)) {
        const sha256 = key.slice(retiredKeys.length)
        if (await isWanted(sha256)) {
          await move(key, keyOf(sha256))
          outcome.restored += 1
        } else if (modifiedAt.getTime() <= Date.now() - olderThanMs) {
          await bucket.remove(key)
          outcome.removed += 1
        }
      }
      return outcome
    },

    flush: uploads.flush,

    async close() {
      await uploads.settle()
      bucket.close()
    },
  }
}
