import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import Type from 'typebox'
import { refuseAllButManagers } from '../administration/access.request.ts'
import { paginationOf, positionOf } from '../paging/cursor.request.ts'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import type { NameKeyResource } from '../tickets/name-key-resource.ts'
import { TicketParams } from '../tickets/tickets.schemas.ts'
import type { AddReply } from './add-reply.ts'
import type { ListReplies } from './list-replies.ts'
import { RepliesQuery, ReplyBody, ReplyWire } from './replies.schemas.ts'
import { toWireReply } from './replies.wire.ts'
import type { Reply } from './reply.ts'

type Needs = {
  authenticate: Authenticate
  answerOnce: AnswerOnce
  nameKeyResource: NameKeyResource
  addReply: AddReply
  getReply: (id: string) => Promise<Reply>
  listReplies: ListReplies
  clock: { now(): Date }
}

const common = { tags: ['Tickets'], security: [{ bearer: [] }] }

/** Contract 7: replies; the vendors' list, and the same for whoever may see the ticket. */
export function registerReplyRoutes(app: App, needs: Needs): void {
  const { authenticate, answerOnce, nameKeyResource, addReply, getReply, listReplies, clock } = needs

  app.post(
    '/tickets/:id/replies',
    {
      onRequest: authenticate,
      config: { apiScope: 'tickets:write' },
      schema: {
        ...common,
        summary: 'Reply, or write an internal note',
        headers: IdempotencyHeader,
        params: TicketParams,
        body: ReplyBody,
        response: { 201: Envelope(ReplyWire) },
      },
    },
    async (request, reply) => {
      const {
        message,
        attachment_url,
        internal = false,
        waiting: waits = false,
        mentions = [],
      } = request.body
      const wanted = { message, attachmentUrl: attachment_url ?? null, internal, waits, mentions }
      const [caller, scope] = [callerOf(request), scopeOf(request)]
      const ticketId = request.params.id
      const callerKey = foldLoginName(loginNameOf(caller))
      return answerOnce(request, reply, {
        tenantId: request.tenantId,
        // The route's pattern names no ticket, and the same key may well be used for another one.
        subject: `${caller.sub} ${ticketId}`,
        status: 201,
        run: async (keyId) => {
          const command = { scope, ticketId, by: byOf(request, clock), wanted, callerKey }
          const added = await addReply(command, (tx, { id }) => nameKeyResource(tx, keyId, id))
          return added.reply
        },
        recover: getReply,
        resourceOf: ({ id }) => id,
        toBody: (added) => envelope(request, toWireReply(added), { message: 'the reply is written' }),
      })
    },
  )

  const lists = [
    { url: '/tickets/:id/replies', onRequest: [authenticate] },
    { url: '/vendor/tickets/:id/replies', onRequest: [authenticate, refuseAllButManagers] },
  ]
  for (const { url, onRequest } of lists) {
    app.get(
      url,
      {
        onRequest,
        ...(url.startsWith('/tickets') && { config: { apiScope: 'tickets:read' as const } }),
        schema: {
          ...common,
          summary: "A ticket's replies in the order of time",
          params: TicketParams,
          querystring: RepliesQuery,
          response: { 200: Envelope(Type.Array(ReplyWire)) },
        },
      },
      async (request) => {
        const { query, params } = request
        const page = await listReplies(scopeOf(request), params.id, {
          position: positionOf(query),
          limit: query.limit,
        })
        return envelope(request, page.items.map(toWireReply), { pagination: paginationOf(query, page) })
      },
    )
  }
}
