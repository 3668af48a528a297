import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { scopeOf } from '../tickets/actor.request.ts'
import { TicketParams } from '../tickets/tickets.schemas.ts'
import { ActivitiesQuery, ActivityWire } from './activities.schemas.ts'
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
        querystring: ActivitiesQuery,
        response: { 200: Envelope(Type.Array(ActivityWire)) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const after = cursor?.toLowerCase() ?? null
      const { items, hasNext } = await listActivities(scopeOf(request), request.params.id, { after, limit })
      const last = items.at(-1)
      const pagination = {
        ...(hasNext && last !== undefined && { next_cursor: last.id }),
        ...{ has_next: hasNext, has_prev: after !== null, limit },
      }
      // Contract 7 has no pages here; who did not ask for one learns of them only where there are.
      const isPaged = hasNext || after !== null
      return envelope(request, items.map(toWire), isPaged ? { pagination } : {})
    },
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
