import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { fileTypeFromBuffer } from 'file-type'
import type { StagedFile } from './attachment-store.ts'
import { limitedChunks } from './limited-chunks.ts'

const sampleBytes = 4100

type MeasuredFile = {
  /** To be consumed once, to the end. */
  chunks: AsyncGenerator<Buffer>
  /** What was seen; to be asked after the last chunk. */
  findings(): Promise<Omit<StagedFile, 'path'>>
}

/** Hashes, counts and sniffs a file on its way into a store, holding no more of it than a chunk and the first 4 KiB. */
export function measuredFile(source: Readable, maxBytes: number): MeasuredFile {
  const hash = createHash('sha256')
  const sample: Buffer[] = []
  let size = 0

  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of limitedChunks(source, maxBytes)) {
      // Copied: a view would hold on to the whole chunk.
      if (size < sampleBytes) sample.push(Buffer.from(chunk.subarray(0, sampleBytes - size)))
      size += chunk.length
      hash.update(chunk)
      yield chunk
    }
  }

  return {
    chunks: chunks(),
    findings: async () => ({
      sha256: hash.digest('hex'),
      size,
      sniffedType: await sniffType(Buffer.concat(sample)),
    }),
  }
}

async function sniffType(sample: Buffer): Promise<string | null> {
  try {
    return (await fileTypeFromBuffer(sample))?.mime ?? null
  } catch {
    // A hostile or cut-off header may confuse a detector; the file is then of no known type.
    return null
  }
}
