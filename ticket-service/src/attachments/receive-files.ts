import type { Readable } from 'node:stream'
import { cleanFilename, cleanMediaType } from './attachment-name.ts'
import type { AttachmentStore, StagedFile } from './attachment-store.ts'
import { filesTooLarge, fileTooLarge, TooManyBytesError, tooManyFiles } from './attachments.errors.ts'

export type ReceivedFile = StagedFile & {
  /** Cleaned, see `cleanFilename`. */
  filename: string
  /** What the sender says it is, without parameters; null when it said nothing of use. */
  declaredType: string | null
}

/** Bytes and counts; what is exactly at a limit is still accepted. */
export type FileLimits = {
  maxFileBytes: number
  /** All files of a request together. */
  maxRequestBytes: number
  maxFiles: number
}

export type ReceiverOptions<Limits extends FileLimits> = {
  store: AttachmentStore
  limits: Limits
  signal?: AbortSignal | undefined
}

export type SentFile = {
  filename: string
  declaredType: string | undefined
  /** A browser sends a file input in which nothing was chosen as a nameless file without content. */
  ignoredWhenEmpty?: boolean
}

export type FileReceiver = {
  receive(source: Readable, sent: SentFile): Promise<void>
  files(): ReceivedFile[]
  discardAll(): Promise<void>
}

/** Stages the files of one request, one after another, and holds them to the limits of the request. */
export function createFileReceiver({ store, limits, signal }: ReceiverOptions<FileLimits>): FileReceiver {
  const files: ReceivedFile[] = []
  let total = 0

  return {
    async receive(source, { filename: sentName, declaredType, ignoredWhenEmpty = false }) {
      const filename = cleanFilename(sentName)
      const full = files.length >= limits.maxFiles
      if (full && !ignoredWhenEmpty) throw tooManyFiles(filename, limits.maxFiles)
      const left = limits.maxRequestBytes - total
      const maxBytes = full ? 0 : Math.min(limits.maxFileBytes, left)
      const staged = await store.stage(source, { maxBytes, signal }).catch((error: unknown) => {
        if (!(error instanceof TooManyBytesError)) throw error
        if (full) throw tooManyFiles(filename, limits.maxFiles)
        if (left < limits.maxFileBytes) throw filesTooLarge(filename, limits.maxRequestBytes)
        throw fileTooLarge(filename, limits.maxFileBytes)
      })
      if (ignoredWhenEmpty && staged.size === 0) return store.discard(staged)
      total += staged.size
      files.push({ ...staged, filename, declaredType: cleanMediaType(declaredType) })
    },
    files: () => files,
    async discardAll() {
      await Promise.all(files.map((file) => store.discard(file)))
    },
  }
}
