import type { FastifyRequest } from 'fastify'
import { actorOf } from '../tickets/actor.request.ts'
import type { WebhookOperation } from './change-webhook.ts'

/** What the routes of webhooks have in common. */
export const webhookRoutes = { tags: ['Webhooks'], security: [{ bearer: [] }] }

export function operationOf(request: FastifyRequest<{ Params: { id: string } }>): WebhookOperation {
  return { tenantId: request.tenantId, id: request.params.id, actor: actorOf(request) }
}

export function paginationOf(nextCursor: string | null, cursor: string | null, limit: number) {
  return {
    ...(nextCursor !== null && { next_cursor: nextCursor }),
    has_next: nextCursor !== null,
    has_prev: cursor !== null,
    limit,
  }
}
