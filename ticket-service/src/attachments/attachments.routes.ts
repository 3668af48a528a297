import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import { ticketScopeOf } from '../tickets/ticket-policy.ts'
import type { AttachmentStore } from './attachment-store.ts'
import { AttachmentParams, DownloadUrl, downloadAnswers } from './attachments.schemas.ts'
import type { CreateDownloadUrl } from './create-download-url.ts'
import { toDownloadUrlWire } from './downloads.wire.ts'
import type { GetAttachment } from './get-attachment.ts'
import { sendDownload } from './send-download.wire.ts'

type Needs = {
  authenticate: Authenticate
  getAttachment: GetAttachment
  createDownloadUrl: CreateDownloadUrl
  attachmentStore: AttachmentStore
}

const common = { tags: ['Attachments'], security: [{ bearer: [] }], params: AttachmentParams }
const urlSummary = 'An address of the attachment that works for a short time without a token'

/** Downloads, under every prefix that tickets have: as a file to save, with ranges. */
export function registerAttachmentRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, getAttachment, createDownloadUrl, attachmentStore } = needs
  const config = { apiScope: 'tickets:read' } as const

  for (const prefix of ['/tickets', '/api/tickets', '/api/v1/tickets']) {
    app.route({
      // HEAD by name: the one that Fastify adds by itself announces no bytes.
      method: ['GET', 'HEAD'],
      url: `${prefix}/:id/attachments/:attachmentId`,
      onRequest,
      config,
      schema: { ...common, summary: 'Download an attachment', response: downloadAnswers },
      handler: async (request, reply) => {
        const scope = ticketScopeOf(callerOf(request), request.tenantId)
        const attachment = await getAttachment(scope, request.params.id, request.params.attachmentId)
        return sendDownload(request, reply, attachment, attachmentStore)
      },
    })
  }

  const issueUrl = async (scope: ReturnType<typeof ticketScopeOf>, ticket: string, attachmentId: string) => {
    const attachment = await getAttachment(scope, ticket, attachmentId)
    const { ticketId, id } = attachment
    return toDownloadUrlWire(await createDownloadUrl({ tenantId: scope.tenantId, ticketId, id }, attachment))
  }

  app.post(
    '/tickets/:id/attachments/:attachmentId/url',
    {
      onRequest,
      config,
      schema: { ...common, summary: urlSummary, response: { 200: Envelope(DownloadUrl) } },
    },
    async (request, reply) => {
      const scope = ticketScopeOf(callerOf(request), request.tenantId)
      reply.header('cache-control', 'no-store')
      return envelope(request, await issueUrl(scope, request.params.id, request.params.attachmentId))
    },
  )

  // The Werk dialect answers with the bare payload.
  for (const prefix of ['/api/tickets', '/api/v1/tickets']) {
    app.post(
      `${prefix}/:id/attachments/:attachmentId/url`,
      { onRequest, config, schema: { ...common, summary: urlSummary, response: { 200: DownloadUrl } } },
      async (request, reply) => {
        const scope = ticketScopeOf(callerOf(request), request.tenantId)
        reply.header('cache-control', 'no-store')
        return issueUrl(scope, request.params.id, request.params.attachmentId)
      },
    )
  }
}
