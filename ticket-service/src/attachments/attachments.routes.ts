import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { ticketScopeOf } from '../tickets/ticket-scope.ts'
import type { AttachmentStore } from './attachment-store.ts'
import { attachmentNotFound, unsatisfiableRange } from './attachments.errors.ts'
import { AttachmentParams, downloadAnswers } from './attachments.schemas.ts'
import type { GetAttachment } from './get-attachment.ts'
import { planDownload } from './plan-download.ts'

type Needs = { authenticate: Authenticate; getAttachment: GetAttachment; attachmentStore: AttachmentStore }

/** Downloads, under every prefix that tickets have: as a file to save, with ranges. */
export function registerAttachmentRoutes(
  app: App,
  { authenticate, getAttachment, attachmentStore }: Needs,
): void {
  for (const prefix of ['/tickets', '/api/tickets', '/api/v1/tickets']) {
    app.route({
      // HEAD by name: the one that Fastify adds by itself announces no bytes.
      method: ['GET', 'HEAD'],
      url: `${prefix}/:id/attachments/:attachmentId`,
      onRequest: authenticate,
      config: { apiScope: 'tickets:read' },
      schema: {
        tags: ['Attachments'],
        summary: 'Download an attachment',
        security: [{ bearer: [] }],
        params: AttachmentParams,
        response: downloadAnswers,
      },
      handler: async (request, reply) => {
        const scope = ticketScopeOf(callerOf(request), request.tenantId)
        const attachment = await getAttachment(scope, request.params.id, request.params.attachmentId)
        const plan = planDownload(attachment, {
          method: request.method,
          range: request.headers.range,
          ifNoneMatch: request.headers['if-none-match'],
          ifRange: request.headers['if-range'] as string | undefined,
        })
        if (plan.status === 416) throw unsatisfiableRange(attachment.size)
        reply.code(plan.status).headers(plan.headers)
        if (!plan.sendsBody) return reply.send()
        const content = await attachmentStore.open(attachment.sha256, plan.range ?? undefined)
        if (content === null) throw attachmentNotFound()
        return reply.send(content)
      },
    })
  }
}
