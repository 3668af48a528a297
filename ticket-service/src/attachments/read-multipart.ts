import type { Readable } from 'node:stream'
import { cleanFilename } from './attachment-name.ts'
import {
  badPartName,
  duplicateField,
  fieldTooLarge,
  malformedForm,
  misplacedFile,
  notAFile,
  notUtf8,
  SourceFailedError,
  TooManyBytesError,
  tooManyFields,
  tooManyParts,
} from './attachments.errors.ts'
import { drainRest } from './drain-rest.ts'
import { limitedChunks } from './limited-chunks.ts'
import {
  createFileReceiver,
  type FileLimits,
  type FileReceiver,
  type ReceivedFile,
  type ReceiverOptions,
} from './receive-files.ts'

const usualFileParts = ['attachments[]', 'attachments']
const jsonPart = 'request'
const maxPartNameBytes = 100

export type MultipartLimits = FileLimits & { maxFields: number; maxFieldBytes: number }

export type MultipartForm = { fields: Record<string, string>; files: ReceivedFile[] }

/** As @fastify/multipart's `request.parts()` yields them; a part without a filename has none, whatever its types say. */
type FilePart = {
  type: 'file'
  fieldname: string | undefined
  filename: string | undefined
  mimetype: string
  file: Readable
}
type Part = FilePart | { type: 'field' }

type Options = ReceiverOptions<MultipartLimits> & {
  parts: AsyncIterable<Part>
  /** The request that the parts come from. After a failure its rest is read away, so that the client gets to read the answer. */
  source: Readable
  /** The names of parts that are files. */
  fileParts?: readonly string[]
}

/**
 * The options to register @fastify/multipart with. Its own limits lie one beyond ours, so that ours speak first and say which and
 * where. Every part is handed over as raw bytes: busboy would cut fields silently and repair invalid UTF-8.
 */
export function multipartLimits(limits: MultipartLimits) {
  const parts = maxParts(limits)
  return {
    isPartAFile: () => true,
    throwFileSizeLimit: false,
    limits: {
      fileSize: Math.max(limits.maxFileBytes, limits.maxFieldBytes) + 1,
      files: parts,
      parts,
      headerPairs: 32,
      headerSize: 16_384,
    },
  }
}

/**
 * Reads a multipart/form-data body (RFC 7578): files in `attachments[]` or `attachments`, everything else as UTF-8 text.
 * The part `request` is text even with a filename, if it is JSON: browsers name every blob. A field that comes twice is refused.
 * The caller keeps or discards the files; after a failure nothing is left of them.
 * @throws AppError `attachment.too_large` past a limit, `attachment.invalid` for a part out of place, `attachment.malformed`
 * for a body that breaks off; else the store's own failure.
 */
export async function readMultipart(options: Options): Promise<MultipartForm> {
  const { parts, source, limits, fileParts = usualFileParts } = options
  const receiver = createFileReceiver(options)
  const fields = new Map<string, string>()
  try {
    for await (const part of parsed(parts, limits)) {
      if (part.type === 'field') throw new TypeError('register @fastify/multipart with multipartLimits()')
      await readPart(part, { fileParts, fields, receiver, limits })
    }
    return { fields: Object.fromEntries(fields), files: receiver.files() }
  } catch (error) {
    drainRest(source, limits.maxRequestBytes)
    await receiver.discardAll()
    throw error instanceof SourceFailedError ? malformedForm(error) : error
  }
}

/** The parser's own failures become answers; those of whoever reads the parts do not pass through here. */
async function* parsed(parts: AsyncIterable<Part>, limits: MultipartLimits): AsyncGenerator<Part> {
  try {
    yield* parts
  } catch (error) {
    throw parserFailure(error, limits)
  }
}

type Reading = {
  fileParts: readonly string[]
  fields: Map<string, string>
  receiver: FileReceiver
  limits: MultipartLimits
}

async function readPart(part: FilePart, reading: Reading): Promise<void> {
  const { fileParts, receiver } = reading
  const { fieldname: name = '', filename = '', file, mimetype } = part
  if (name === '' || Buffer.byteLength(name) > maxPartNameBytes) throw badPartName(maxPartNameBytes)
  if (!isFile(part, fileParts)) return readField(name, file, reading)
  if (!fileParts.includes(name)) throw misplacedFile(name, cleanFilename(filename))
  await receiver.receive(file, { filename, declaredType: mimetype, ignoredWhenEmpty: filename === '' })
}

function isFile({ fieldname = '', filename, mimetype }: FilePart, fileParts: readonly string[]): boolean {
  if (fieldname === jsonPart && mimetype === 'application/json') return false
  // text/plain is also what a part is that declares nothing.
  return filename !== undefined || (fileParts.includes(fieldname) && mimetype !== 'text/plain')
}

async function readField(
  name: string,
  file: Readable,
  { fileParts, fields, limits }: Reading,
): Promise<void> {
  const isFilePart = fileParts.includes(name)
  if (!isFilePart && fields.has(name)) throw duplicateField(name)
  if (!isFilePart && fields.size >= limits.maxFields) throw tooManyFields(name, limits.maxFields)
  const text = await readText(name, file, limits.maxFieldBytes)
  if (!isFilePart) fields.set(name, text)
  else if (text !== '') throw notAFile(name)
}

async function readText(name: string, file: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of limitedChunks(file, maxBytes)) chunks.push(chunk)
  } catch (error) {
    throw error instanceof TooManyBytesError ? fieldTooLarge(name, maxBytes) : error
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
  } catch {
    throw notUtf8(name)
  }
}

function parserFailure(error: unknown, limits: MultipartLimits): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_PARTS_LIMIT' || code === 'FST_FILES_LIMIT') return tooManyParts(maxParts(limits), error)
  if (code === 'FST_PROTO_VIOLATION') return badPartName(maxPartNameBytes, error)
  return malformedForm(error)
}

/** One more than the fields and files there may be: the one that is too many still has to be seen to be named. */
function maxParts({ maxFields, maxFiles }: MultipartLimits): number {
  return maxFields + maxFiles + 1
}
