import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AttachmentStore } from './attachment-store.ts'
import { attachmentNotFound, unsatisfiableRange } from './attachments.errors.ts'
import { planDownload, type SavedFile } from './plan-download.ts'

/**
 * Answers GET and HEAD with a file to save, or the range of it that was asked for.
 * @param cacheControl in place of the usual one, by which a copy is asked for anew each time
 */
export async function sendDownload(
  request: FastifyRequest,
  reply: FastifyReply,
  file: SavedFile,
  attachmentStore: Pick<AttachmentStore, 'open'>,
  cacheControl?: string,
): Promise<FastifyReply> {
  const plan = planDownload(file, {
    method: request.method,
    range: request.headers.range,
    ifNoneMatch: request.headers['if-none-match'],
    ifRange: request.headers['if-range'] as string | undefined,
  })
  if (plan.status === 416) throw unsatisfiableRange(file.size)
  const headers = { ...plan.headers, ...(cacheControl !== undefined && { 'cache-control': cacheControl }) }
  if (!plan.sendsBody) return reply.code(plan.status).headers(headers).send()
  const content = await attachmentStore.open(file.sha256, plan.range ?? undefined)
  if (content === null) throw attachmentNotFound()
  return reply.code(plan.status).headers(headers).send(content)
}
