import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import { TicketParams, TicketWire } from '../tickets/tickets.schemas.ts'
import { etagOf, toWireTicket } from '../tickets/tickets.wire.ts'
import type { MergeTickets } from './merge-tickets.ts'

type Needs = { authenticate: Authenticate; mergeTickets: MergeTickets; clock: { now(): Date } }

const MergeBody = Type.Object({
  into: Type.String({ minLength: 1, maxLength: 64, description: 'the ticket that goes on' }),
})

/** Two tickets that are one. */
export function registerMergeRoutes(app: App, { authenticate, mergeTickets, clock }: Needs): void {
  app.post(
    '/tickets/:id/merge',
    {
      onRequest: authenticate,
      config: { apiScope: 'tickets:write' },
      schema: {
        tags: ['Tickets'],
        security: [{ bearer: [] }],
        summary: 'Merge a ticket into another, which closes it for good',
        params: TicketParams,
        body: MergeBody,
        response: { 200: Envelope(TicketWire) },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const command = { scope: scopeOf(request), by: byOf(request, clock), id, into: request.body.into }
      const merged = await mergeTickets(command)
      reply.header('etag', etagOf(merged))
      return envelope(request, toWireTicket(merged), { message: 'the ticket is merged' })
    },
  )
}
