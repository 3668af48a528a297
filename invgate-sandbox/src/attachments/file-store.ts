import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** `key` is the file's name in the store, `sha256` is hex, `size` is in bytes. */
export type StoredFile = { readonly key: string; readonly sha256: string; readonly size: number }

export type FileStore = {
  /** Streams to disk and hashes on the way; a stream that breaks leaves no file. */
  write(content: Readable): Promise<StoredFile>
  read(key: string): Promise<Readable>
  discard(files: readonly StoredFile[]): Promise<void>
  /** Removes every file that `keys` does not name: what a crash between upload and commit left. */
  keepOnly(keys: ReadonlySet<string>): Promise<void>
  /** Removes the folder if it is a temporary one. */
  close(): Promise<void>
}

/** Keeps files in `folder`, or without one in a temporary folder, made at the first need. */
export function createFileStore(folder?: string): FileStore {
  let opened: Promise<string> | undefined
  const open = () => {
    opened ??= folder === undefined ? mkdtemp(join(tmpdir(), 'invgate-sandbox-')) : ensure(folder)
    return opened
  }
  const remove = async (key: string) => rm(join(await open(), key), { force: true })

  return {
    async write(content) {
      const key = randomUUID()
      try {
        return { key, ...(await writeHashed(content, join(await open(), key))) }
      } catch (error) {
        await remove(key)
        throw error
      }
    },
    read: async (key) => createReadStream(join(await open(), key)),
    discard: async (files) => {
      await Promise.all(files.map(({ key }) => remove(key)))
    },
    keepOnly: async (keys) => {
      if (folder === undefined && opened === undefined) return
      const present = await readdir(await open())
      await Promise.all(present.filter((key) => !keys.has(key)).map(remove))
    },
    close: async () => {
      if (folder === undefined && opened !== undefined)
        await rm(await opened, { recursive: true, force: true })
    },
  }
}

async function ensure(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  return folder
}

async function writeHashed(content: Readable, path: string) {
  const hash = createHash('sha256')
  let size = 0
  await pipeline(
    content,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        size += chunk.length
        yield chunk
      }
    },
    createWriteStream(path),
  )
  return { sha256: hash.digest('hex'), size }
}
