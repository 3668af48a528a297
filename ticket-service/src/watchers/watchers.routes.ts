import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import { TicketParams } from '../tickets/tickets.schemas.ts'
import type { ListWatchers } from './list-watchers.ts'
import type { UnwatchTicket } from './unwatch-ticket.ts'
import type { WatchTicket } from './watch-ticket.ts'
import { WatchBody, WatcherParams, WatcherWire } from './watchers.schemas.ts'
import { toWireWatcher } from './watchers.wire.ts'

type Needs = {
  authenticate: Authenticate
  listWatchers: ListWatchers
  watchTicket: WatchTicket
  unwatchTicket: UnwatchTicket
  clock: { now(): Date }
}

const common = { tags: ['Tickets'], security: [{ bearer: [] }] }
const path = '/tickets/:id/watchers'

/** Who is told of what happens to a ticket besides its owner and its agent. */
export function registerWatcherRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, listWatchers, watchTicket, unwatchTicket, clock } = needs
  const toWrite = { onRequest, config: { apiScope: 'tickets:write' as const } }
  const response = { 200: Envelope(Type.Array(WatcherWire)) }

  const commandOf = (request: FastifyRequest<{ Params: { id: string } }>, userId: number | null) => ({
    ...{ scope: scopeOf(request), ticketId: request.params.id, by: byOf(request, clock) },
    ...{ self: selfOf(request), userId },
  })

  app.get(
    path,
    {
      onRequest,
      config: { apiScope: 'tickets:read' },
      schema: { ...common, summary: 'Who watches a ticket', params: TicketParams, response },
    },
    async (request) => {
      const watchers = await listWatchers(scopeOf(request), request.params.id, selfOf(request))
      return envelope(request, watchers.map(toWireWatcher))
    },
  )

  app.post(
    path,
    {
      ...toWrite,
      schema: {
        ...common,
        summary: 'Watch a ticket, or let somebody else watch it',
        params: TicketParams,
        body: WatchBody,
        response,
      },
    },
    async (request) => {
      const watchers = await watchTicket(commandOf(request, request.body?.user_id ?? null))
      return envelope(request, watchers.map(toWireWatcher))
    },
  )

  app.delete(
    path,
    {
      ...toWrite,
      schema: { ...common, summary: 'Watch a ticket no more', params: TicketParams, response },
    },
    async (request) => envelope(request, (await unwatchTicket(commandOf(request, null))).map(toWireWatcher)),
  )

  app.delete(
    `${path}/:user_id`,
    {
      ...toWrite,
      schema: {
        ...common,
        summary: 'End that somebody watches a ticket',
        params: WatcherParams,
        response,
      },
    },
    async (request) => {
      const watchers = await unwatchTicket(commandOf(request, request.params.user_id))
      return envelope(request, watchers.map(toWireWatcher))
    },
  )
}

/** As whom the caller is told things in this tenant: an operator who visits it has no account there. */
function selfOf(request: FastifyRequest): number | null {
  const { uid, tenantId } = callerOf(request)
  return tenantId === request.tenantId ? uid : null
}
