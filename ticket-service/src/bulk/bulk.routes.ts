import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import { BulkBody, BulkResultWire } from './bulk.schemas.ts'
import { toWireResult } from './bulk.wire.ts'
import type { UpdateTickets } from './update-tickets.ts'

type Needs = { authenticate: Authenticate; updateTickets: UpdateTickets; clock: { now(): Date } }

/** Many tickets at once. */
export function registerBulkRoutes(app: App, { authenticate, updateTickets, clock }: Needs): void {
  app.post(
    '/tickets/bulk',
    {
      onRequest: authenticate,
      config: { apiScope: 'tickets:write' },
      schema: {
        tags: ['Tickets'],
        security: [{ bearer: [] }],
        summary: 'Move on, assign or tag many tickets, each by itself',
        body: BulkBody,
        response: { 200: Envelope(Type.Array(BulkResultWire)) },
      },
    },
    async (request) => {
      const { ids, status, agent_id: agentId, tags } = request.body
      const results = await updateTickets({
        ...{ scope: scopeOf(request), by: byOf(request, clock), ids },
        update: { status, agentId, tags },
      })
      const changed = results.filter(({ failure }) => failure === null).length
      return envelope(request, results.map(toWireResult), {
        message: `${changed} of ${results.length} tickets are as asked for`,
      })
    },
  )
}
