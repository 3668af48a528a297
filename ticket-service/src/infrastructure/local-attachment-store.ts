import { randomUUID } from 'node:crypto'
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal } from 'node:stream'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { measuredFile } from '../attachments/measured-file.ts'

/**
 * Keeps attachments in a folder, `<first two hex digits>/<sha256>`, staging beside them on the same volume.
 * Replicas may share the folder: staged names are unique and keeping is an atomic rename.
 */
export function createLocalAttachmentStore({ directory }: { directory: string }): AttachmentStore {
  const staging = join(directory, 'staging')
  const folderOf = (sha256: string) => join(directory, sha256.slice(0, 2))
  const pathOf = (sha256: string) => join(folderOf(sha256), sha256)

  return {
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

    locate: async ({ path, sha256 }) => (path !== undefined && (await exists(path)) ? path : pathOf(sha256)),

    discard: ({ path }) => rm(path, { force: true }),

    async open(sha256, range) {
      if (!/^[0-9a-f]{64}$/.test(sha256)) return null
      const handle = await orNull(open(pathOf(sha256), 'r'))
      return handle?.createReadStream(range) ?? null
    },

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
  }
}

async function writeNew(path: string, chunks: AsyncIterable<Buffer>): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(chunks)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
}

/** A folder is synced like a file: only then does the new name in it survive a loss of power. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function orNull<T>(found: Promise<T>): Promise<T | null> {
  return found.catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
