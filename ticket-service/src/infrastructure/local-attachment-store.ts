import { randomUUID } from 'node:crypto'
import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal } from 'node:stream'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { measuredFile } from '../attachments/measured-file.ts'
import { exists, isMissing, makeFolder, orNull, sync, writeNew } from './durable-files.ts'

/** What another store that keeps its content here for a while needs besides. */
export type LocalAttachmentStore = AttachmentStore & {
  /** Where content is when it is kept here. */
  pathOf(sha256: string): string
  /** The hashes of what is kept here. */
  listKept(): Promise<string[]>
  /** Removes kept content at once. */
  removeKept(sha256: string): Promise<void>
}

export const isContentHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)

/**
 * Keeps attachments in a folder, `<first two hex digits>/<sha256>`, staging beside them on the same volume, and what is
 * set aside in `retired`, where a file's time says since when.
 * Replicas may share the folder: staged names are unique and keeping is an atomic rename.
 */
export function createLocalAttachmentStore({ directory }: { directory: string }): LocalAttachmentStore {
  const staging = join(directory, 'staging')
  const retired = join(directory, 'retired')
  const folderOf = (sha256: string) => join(directory, sha256.slice(0, 2))
  const pathOf = (sha256: string) => join(folderOf(sha256), sha256)
  const retiredPathOf = (sha256: string) => join(retired, sha256)

  return {
    pathOf,

    async stage(source, { maxBytes, signal }) {
      // The source may fail while the folder is still being made, when nobody listens yet.
      source.on('error', () => {})
      if (signal !== undefined) addAbortSignal(signal, source)
      const path = join(staging, randomUUID())
      const file = measuredFile(source, maxBytes)
      try {
        await makeFolder(staging)
        await writeNew(path, file.chunks)
        await sync(staging)
        return { path, ...(await file.findings()) }
      } catch (error) {
        source.destroy()
        // What cannot be removed now is left to the sweep: the first failure is the one that tells.
        await rm(path, { force: true }).catch(() => {})
        throw error
      }
    },

    async keep({ path, sha256 }) {
      await makeFolder(folderOf(sha256))
      try {
        // Over content that is there already too: it is the same, and was hashed just now.
        await rename(path, pathOf(sha256))
      } catch (error) {
        if (!isMissing(error) || !(await exists(pathOf(sha256)))) throw error
      }
      await sync(folderOf(sha256))
      await sync(directory)
    },

    async locate({ path, sha256 }) {
      if (path !== undefined && (await exists(path))) return path
      const isAside = !(await exists(pathOf(sha256))) && (await exists(retiredPathOf(sha256)))
      return isAside ? retiredPathOf(sha256) : pathOf(sha256)
    },

    discard: ({ path }) => rm(path, { force: true }),

    async open(sha256, range) {
      if (!isContentHash(sha256)) return null
      const kept = await orNull(open(pathOf(sha256), 'r'))
      const handle = kept ?? (await orNull(open(retiredPathOf(sha256), 'r')))
      return handle?.createReadStream(range) ?? null
    },

    // Nobody gets there past this service.
    presign: async () => null,

    async sweep(olderThanMs, inUse) {
      const names = (await orNull(readdir(staging))) ?? []
      const writtenBefore = Date.now() - olderThanMs
      let removed = 0
      for (const name of names) {
        const path = join(staging, name)
        const found = inUse.has(path) ? null : await orNull(stat(path))
        if (found === null || found.mtimeMs > writtenBefore) continue
        await rm(path, { force: true })
        removed += 1
      }
      return removed
    },

    async retire(sha256) {
      await makeFolder(retired)
      // Anew before it moves: as it came, it would count as set aside when it was written.
      await orNull(utimes(pathOf(sha256), new Date(), new Date()))
      await orNull(rename(pathOf(sha256), retiredPathOf(sha256)))
    },

    async review(isWanted, olderThanMs) {
      const outcome = { restored: 0, removed: 0 }
      for (const sha256 of ((await orNull(readdir(retired))) ?? []).filter(isContentHash)) {
        const found = await orNull(stat(retiredPathOf(sha256)))
        if (found === null) continue
        if (await isWanted(sha256)) {
          await makeFolder(folderOf(sha256))
          await orNull(rename(retiredPathOf(sha256), pathOf(sha256)))
          outcome.restored += 1
        } else if (found.mtimeMs <= Date.now() - olderThanMs) {
          await rm(retiredPathOf(sha256), { force: true })
          outcome.removed += 1
        }
      }
      return outcome
    },

    async listKept() {
      const folders = ((await orNull(readdir(directory))) ?? []).filter((name) => /^[0-9a-f]{2}$/.test(name))
      const names = await Promise.all(folders.map((folder) => orNull(readdir(join(directory, folder)))))
      return names.flatMap((found) => found ?? []).filter(isContentHash)
    },

    removeKept: (sha256) => rm(pathOf(sha256), { force: true }),
  }
}
