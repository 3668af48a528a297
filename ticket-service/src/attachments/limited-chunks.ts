import type { Readable } from 'node:stream'
import { SourceFailedError, TooManyBytesError } from './attachments.errors.ts'

/**
 * The chunks of a source, up to `maxBytes` and not one more.
 * @throws TooManyBytesError, SourceFailedError. Either way the source is destroyed.
 */
export async function* limitedChunks(source: Readable, maxBytes: number): AsyncGenerator<Buffer> {
  let size = 0
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw new TooManyBytesError(maxBytes)
      yield chunk
    }
  } catch (error) {
    throw error instanceof TooManyBytesError ? error : new SourceFailedError(error)
  }
}
