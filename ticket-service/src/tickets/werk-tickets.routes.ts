import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import type { CreateTicket } from './create-ticket.ts'
import type { GetTicket } from './get-ticket.ts'
import type { ListTickets } from './list-tickets.ts'
import { ticketScopeOf } from './ticket-policy.ts'
import type { ReadTicketRequest } from './werk-tickets.request.ts'
import {
  CreateTicketBody,
  CreateTicketForm,
  createdTicketAnswer,
  ListQuery,
  TicketList,
  TicketParams,
  WerkTicketDetail,
} from './werk-tickets.schemas.ts'
import { toTicketRequest, toWerkTicket, toWerkTicketDetail } from './werk-tickets.wire.ts'

type Needs = {
  authenticate: Authenticate
  readTicketRequest: ReadTicketRequest
  createTicket: CreateTicket
  listTickets: ListTickets
  getTicket: GetTicket
  /** Bytes of a JSON body, base64 attachments included. */
  bodyLimit: number
}

const common = { tags: ['Werk'], security: [{ bearer: [] }] }

/** Contract 5, under both of its prefixes. */
export function registerWerkTicketRoutes(app: App, needs: Needs): void {
  const {
    authenticate: onRequest,
    readTicketRequest,
    createTicket,
    listTickets,
    getTicket,
    bodyLimit,
  } = needs

  for (const path of ['/api/tickets', '/api/v1/tickets']) {
    app.post(
      path,
      {
        onRequest,
        config: { apiScope: 'tickets:write' },
        bodyLimit,
        // The body has several forms; reading it also checks it.
        validatorCompiler: () => () => true,
        schema: {
          ...common,
          summary: 'Raise a ticket',
          body: {
            content: {
              'application/json': { schema: CreateTicketBody },
              'multipart/form-data': { schema: CreateTicketForm },
            },
          },
          response: { 201: createdTicketAnswer },
        },
      },
      async (request, reply) => {
        const { fields, files, key } = await readTicketRequest(request)
        const { tenantId } = request
        const ticket = toTicketRequest(fields)
        const answer = await createTicket({
          caller: callerOf(request),
          tenantId,
          request: ticket,
          files,
          key,
        })
        if (answer.replayed) reply.header('idempotency-replayed', 'true')
        return reply.code(201).type(answer.contentType).send(answer.body)
      },
    )

    app.get(
      path,
      {
        onRequest,
        config: { apiScope: 'tickets:read' },
        schema: { ...common, summary: 'List tickets', querystring: ListQuery, response: { 200: TicketList } },
      },
      async (request) => {
        const { creator_id: creator, page_key: pageKey, limit } = request.query
        const scope = ticketScopeOf(callerOf(request), request.tenantId)
        const page = await listTickets(scope, { creator, pageKey, limit })
        return { page_key: page.nextPageKey, data: page.tickets.map(toWerkTicket) }
      },
    )

    app.get(
      `${path}/:id`,
      {
        onRequest,
        config: { apiScope: 'tickets:read' },
        schema: {
          ...common,
          summary: 'One ticket',
          params: TicketParams,
          response: { 200: WerkTicketDetail },
        },
      },
      async (request, reply) => {
        const scope = ticketScopeOf(callerOf(request), request.tenantId)
        const detail = await getTicket(scope, request.params.id)
        if (detail.stale) reply.header('x-mirror-stale', 'true')
        return toWerkTicketDetail(detail)
      },
    )
  }
}
