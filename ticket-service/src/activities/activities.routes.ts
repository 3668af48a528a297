import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { scopeOf } from '../tickets/actor.request.ts'
import { TicketParams } from '../tickets/tickets.schemas.ts'
import { ActivityWire } from './activities.schemas.ts'
import type { Activity } from './activity.ts'
import type { ListActivities } from './list-activities.ts'

type Needs = { authenticate: Authenticate; listActivities: ListActivities }

/** Contract 7: what happened to a ticket. */
export function registerActivityRoutes(app: App, { authenticate, listActivities }: Needs): void {
  app.get(
    '/tickets/:id/activities',
    {
      onRequest: authenticate,
      config: { apiScope: 'tickets:read' },
      schema: {
        tags: ['Tickets'],
        security: [{ bearer: [] }],
        summary: 'What happened to a ticket, in the order of time',
        params: TicketParams,
        response: { 200: Envelope(Type.Array(ActivityWire)) },
      },
    },
    async (request) =>
      envelope(request, (await listActivities(scopeOf(request), request.params.id)).map(toWire)),
  )
}

function toWire({ id, ticketId, actorId, actorName, action, message, internal, createdAt }: Activity) {
  return {
    ...{ id, ticket_id: ticketId, actor_id: actorId ?? 0, actor: actorName, action },
    ...(message !== null && { message }),
    internal,
    created_at: createdAt.toISOString(),
  }
}
