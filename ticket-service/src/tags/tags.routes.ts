import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButStaff } from '../administration/access.request.ts'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import { IfMatchHeader, TicketParams } from '../tickets/tickets.schemas.ts'
import { etagOf, versionOf } from '../tickets/tickets.wire.ts'
import type { CountTags, ListTags } from './list-tags.ts'
import type { SetTags } from './set-tags.ts'
import { TagCountWire, TagsBody, TagsQuery, TagsWire } from './tags.schemas.ts'

type Needs = {
  authenticate: Authenticate
  setTags: SetTags
  listTags: ListTags
  countTags: CountTags
  clock: { now(): Date }
}

const common = { tags: ['Tickets'], security: [{ bearer: [] }] }

/** What those who answer tickets sort them by. */
export function registerTagRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, setTags, listTags, countTags, clock } = needs

  app.get(
    '/tickets/:id/tags',
    {
      onRequest,
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: "A ticket's tags",
        params: TicketParams,
        response: { 200: Envelope(TagsWire) },
      },
    },
    async (request) => envelope(request, { tags: await listTags(scopeOf(request), request.params.id) }),
  )

  app.put(
    '/tickets/:id/tags',
    {
      onRequest,
      config: { apiScope: 'tickets:write' },
      schema: {
        ...common,
        summary: "Replace a ticket's tags",
        headers: IfMatchHeader,
        params: TicketParams,
        body: TagsBody,
        response: { 200: Envelope(TagsWire) },
      },
    },
    async (request, reply) => {
      const ifMatch = versionOf(request.headers['if-match'])
      const target = { scope: scopeOf(request), id: request.params.id, ifMatch }
      const { ticket, tags } = await setTags(target, byOf(request, clock), request.body.tags)
      reply.header('etag', etagOf(ticket))
      return envelope(request, { tags })
    },
  )

  app.get(
    '/tags',
    {
      onRequest: [onRequest, refuseAllButStaff],
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: 'All tags of the tenant, and how many tickets have each',
        querystring: TagsQuery,
        response: { 200: Envelope(Type.Array(TagCountWire)) },
      },
    },
    async (request) => {
      const { limit, cursor = null } = request.query
      const { items, nextCursor } = await countTags(request.tenantId, { cursor, limit })
      const pagination = {
        ...(nextCursor !== null && { next_cursor: nextCursor }),
        ...{ has_next: nextCursor !== null, has_prev: cursor !== null, limit },
      }
      return envelope(request, items, { pagination })
    },
  )
}
