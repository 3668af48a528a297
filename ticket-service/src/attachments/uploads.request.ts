import { fieldErrors, invalidRequest } from '@werk/shared/http/request-errors'
import { createAjv } from '@werk/shared/validation/ajv'
import type { FastifyRequest } from 'fastify'
import type { AttachmentStore } from './attachment-store.ts'
import { fileRequired } from './attachments.errors.ts'
import { UploadBody } from './attachments.schemas.ts'
import { decodeBase64Attachments } from './decode-base64-attachments.ts'
import { type MultipartLimits, readMultipart } from './read-multipart.ts'
import type { ReceivedFile } from './receive-files.ts'

/** The caller owns the staged file. */
export type ReadUpload = (request: FastifyRequest) => Promise<ReceivedFile>

type Needs = { attachmentStore: AttachmentStore; limits: MultipartLimits }

/**
 * Reads one file: multipart in a part `attachments[]`, `attachments` or `file`, or JSON with base64.
 * @throws AppError 400 and 413; then no file is left
 */
export function createReadUpload({ attachmentStore: store, limits: ofTickets }: Needs): ReadUpload {
  const limits = { ...ofTickets, maxFiles: Math.min(1, ofTickets.maxFiles) }
  const isUploadBody = createAjv().compile<UploadBody>(UploadBody)

  const readForm = async (request: FastifyRequest) => {
    const fileParts = ['attachments[]', 'attachments', 'file']
    const form = { parts: request.parts(), source: request.raw, store, limits, fileParts }
    return (await readMultipart(form)).files
  }

  const readJson = async ({ body }: FastifyRequest) => {
    if (!isUploadBody(body)) throw invalidRequest(fieldErrors(isUploadBody.errors))
    return decodeBase64Attachments([body], { store, limits }, () => 'content_base64')
  }

  return async (request) => {
    const [file] = request.isMultipart() ? await readForm(request) : await readJson(request)
    if (file === undefined) throw fileRequired()
    return file
  }
}
