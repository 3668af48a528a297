import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { SourceFailedError } from '../attachments/attachments.errors.ts'
import { drainRest } from '../attachments/drain-rest.ts'
import { type MultipartLimits, readMultipart } from '../attachments/read-multipart.ts'
import { createFileReceiver, type ReceivedFile } from '../attachments/receive-files.ts'
import { noFile, notCsv } from './imports.errors.ts'

/** The caller owns the staged file. */
export type ReadImport = (request: FastifyRequest) => Promise<ReceivedFile>

type Needs = { attachmentStore: AttachmentStore; limits: MultipartLimits }

/**
 * Takes in one file: multipart in a part `file`, or the body itself, which is a stream.
 * @throws AppError import.required, import.malformed, attachment.*; then no file is left
 */
export function createReadImport({ attachmentStore: store, limits: ofTickets }: Needs): ReadImport {
  const limits = { ...ofTickets, maxFiles: 1 }

  const readForm = async (request: FastifyRequest) =>
    (await readMultipart({ parts: request.parts(), source: request.raw, store, limits, fileParts: ['file'] }))
      .files

  const readBody = async ({ body, raw }: FastifyRequest) => {
    if (!(body instanceof Readable)) return []
    const receiver = createFileReceiver({ store, limits })
    try {
      await receiver.receive(body, { filename: 'the file', declaredType: 'text/csv' })
      return receiver.files()
    } catch (error) {
      drainRest(raw, limits.maxRequestBytes)
      throw error instanceof SourceFailedError ? notCsv('it broke off') : error
    }
  }

  return async (request) => {
    const [file] = request.isMultipart() ? await readForm(request) : await readBody(request)
    if (file === undefined) throw noFile()
    return file
  }
}
