import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import Type from 'typebox'
import type { GetTicketFields } from '../custom-fields/get-ticket-fields.ts'
import type { RaiseWithFields } from '../custom-fields/raise-with-fields.ts'
import type { UpdateWithFields } from '../custom-fields/update-with-fields.ts'
import { paginationOf, positionOf } from '../paging/cursor.request.ts'
import { byOf, scopeOf } from './actor.request.ts'
import type { GetDeskTicket } from './get-desk-ticket.ts'
import type { ListDeskTickets } from './list-desk-tickets.ts'
import type { NameKeyResource } from './name-key-resource.ts'
import { toTicketFilter } from './ticket-filter.request.ts'
import {
  IfMatchHeader,
  RaiseBody,
  TicketParams,
  TicketsQuery,
  TicketWire,
  UpdateBody,
} from './tickets.schemas.ts'
import { etagOf, toWireDetail, toWireTicket, versionOf } from './tickets.wire.ts'

type Needs = {
  authenticate: Authenticate
  answerOnce: AnswerOnce
  nameKeyResource: NameKeyResource
  raiseTicket: RaiseWithFields
  getTicket: GetDeskTicket
  getTicketFields: GetTicketFields
  listTickets: ListDeskTickets
  updateTicket: UpdateWithFields
  clock: { now(): Date }
}

const common = { tags: ['Tickets'], security: [{ bearer: [] }] }

/** Contract 7: tickets. */
export function registerTicketRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, answerOnce, nameKeyResource, clock } = needs
  const { raiseTicket, getTicket, getTicketFields, listTickets, updateTicket } = needs

  app.post(
    '/tickets',
    {
      onRequest,
      config: { apiScope: 'tickets:write' },
      schema: {
        ...common,
        summary: 'Raise a ticket',
        headers: IdempotencyHeader,
        body: RaiseBody,
        response: { 201: Envelope(TicketWire) },
      },
    },
    async (request, reply) => {
      const { title, description, category, priority, fields } = request.body
      const { attachment_url: attachmentUrl = null, member_id: memberId = null } = request.body
      const wanted = { title, description, category, priority, attachmentUrl, memberId }
      const [caller, { tenantId }] = [callerOf(request), request]
      return answerOnce(request, reply, {
        tenantId,
        subject: caller.sub,
        status: 201,
        run: (keyId) =>
          raiseTicket({
            ...{ caller, tenantId, wanted, fields: fields ?? {}, by: byOf(request, clock) },
            also: (tx, { id }) => nameKeyResource(tx, keyId, id),
          }),
        recover: (id) => getTicket(scopeOf(request), id),
        resourceOf: ({ id }) => id,
        toBody: async (ticket) => {
          reply.header('etag', etagOf(ticket)).header('location', `/tickets/${ticket.id}`)
          const detail = toWireDetail(ticket, await getTicketFields(scopeOf(request), ticket))
          return envelope(request, detail, { message: 'the ticket is raised' })
        },
      })
    },
  )

  app.get(
    '/tickets',
    {
      onRequest,
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: 'List tickets in the order of time',
        querystring: TicketsQuery,
        response: { 200: Envelope(Type.Array(TicketWire)) },
      },
    },
    async (request) => {
      const { query } = request
      const page = await listTickets(scopeOf(request), {
        filter: toTicketFilter(query, clock.now()),
        position: positionOf(query),
        limit: query.limit,
      })
      return envelope(request, page.items.map(toWireTicket), { pagination: paginationOf(query, page) })
    },
  )

  app.get(
    '/tickets/:id',
    {
      onRequest,
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: 'One ticket',
        params: TicketParams,
        response: { 200: Envelope(TicketWire) },
      },
    },
    async (request, reply) => {
      const scope = scopeOf(request)
      const ticket = await getTicket(scope, request.params.id)
      reply.header('etag', etagOf(ticket))
      return envelope(request, toWireDetail(ticket, await getTicketFields(scope, ticket)))
    },
  )

  app.patch(
    '/tickets/:id',
    {
      onRequest,
      config: { apiScope: 'tickets:write' },
      schema: {
        ...common,
        summary: 'Move a ticket on, assign it, or set its custom fields',
        headers: IfMatchHeader,
        params: TicketParams,
        body: UpdateBody,
        response: { 200: Envelope(TicketWire) },
      },
    },
    async (request, reply) => {
      const { status, agent_id: agentId, waiting, fields } = request.body
      const ifMatch = versionOf(request.headers['if-match'])
      const scope = scopeOf(request)
      const target = { scope, id: request.params.id, ifMatch }
      const ticket = await updateTicket(target, byOf(request, clock), { status, agentId, waiting, fields })
      reply.header('etag', etagOf(ticket))
      return envelope(request, toWireDetail(ticket, await getTicketFields(scope, ticket)))
    },
  )
}
