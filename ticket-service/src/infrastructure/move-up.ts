import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { orNull } from './durable-files.ts'
import type { LocalAttachmentStore } from './local-attachment-store.ts'
import type { S3Bucket } from './s3-bucket.ts'
import { S3Error } from './s3-calls.ts'

type Needs = {
  local: Pick<LocalAttachmentStore, 'pathOf' | 'listKept' | 'removeKept'>
  bucket: Pick<S3Bucket, 'find' | 'put'>
  keyOf: (sha256: string) => string
  logger: Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>
}

/** Whoever keeps a file waits no longer for a bucket; the rest goes on by itself. */
const longestWaitMs = 2000
/** A bucket that failed is left to `flush` for so long. */
const restMs = 30_000

/** Brings content from this machine to the bucket, each only once at a time. */
export function createMoveUp({ local, bucket, keyOf, logger }: Needs) {
  const underWay = new Map<string, Promise<void>>()
  let awayUntil = 0

  const upload = async (sha256: string): Promise<void> => {
    const path = local.pathOf(sha256)
    const file = await orNull(stat(path))
    // Gone: another replica that shares the folder was quicker.
    if (file === null) return
    const isThere = async () => (await bucket.find(keyOf(sha256)))?.size === file.size
    if (!(await isThere())) {
      await bucket.put(keyOf(sha256), { path, sha256 })
      if (!(await isThere())) throw new Error('the bucket does not have what was sent to it')
    }
    await local.removeKept(sha256)
  }

  const uploadOnce = (sha256: string): Promise<void> => {
    const running = underWay.get(sha256) ?? upload(sha256).finally(() => underWay.delete(sha256))
    underWay.set(sha256, running)
    return running
  }

  /** @returns whether the bucket can be reached at all */
  const attempt = async (sha256: string): Promise<boolean> => {
    try {
      await uploadOnce(sha256)
      awayUntil = 0
      return true
    } catch (err) {
      const isAway = err instanceof S3Error
      if (isAway) awayUntil = Date.now() + restMs
      const fields = { sha256, err }
      if (isAway) logger.warn(fields, 'an attachment waits on this machine for its bucket')
      else logger.error(fields, 'an attachment stays on this machine, its bucket does not get it')
      return !isAway
    }
  }

  return {
    /** Never fails: what does not move up now does so later. */
    async tryNow(sha256: string): Promise<void> {
      if (Date.now() < awayUntil) return
      await atMost(longestWaitMs, attempt(sha256))
    },

    async flush(): Promise<void> {
      if (Date.now() < awayUntil) return
      for (const sha256 of await local.listKept()) if (!(await attempt(sha256))) return
    },

    /** Waits for what is under way, but not for long. */
    async settle(): Promise<void> {
      await atMost(longestWaitMs, Promise.allSettled(underWay.values()))
    },
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController()
  const limit = pause(ms, undefined, { signal: over.signal }).catch(() => {})
  await Promise.race([work, limit]).finally(() => over.abort())
}
