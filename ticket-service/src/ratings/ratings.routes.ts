import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import { refuseAllButManagers } from '../administration/access.request.ts'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import { momentOf } from '../tickets/moment.request.ts'
import { TicketParams } from '../tickets/tickets.schemas.ts'
import type { RateTicket } from './rate-ticket.ts'
import { PeriodQuery, RatingBody, RatingWire, SummaryWire } from './ratings.schemas.ts'
import { toWireRating, toWireSummary } from './ratings.wire.ts'
import type { GetRating, SummarizeRatings } from './read-ratings.ts'

type Needs = {
  authenticate: Authenticate
  rateTicket: RateTicket
  getRating: GetRating
  summarizeRatings: SummarizeRatings
  clock: { now(): Date }
}

const common = { tags: ['Tickets'], security: [{ bearer: [] }] }
const path = '/tickets/:id/rating'

/** How content requesters are. */
export function registerRatingRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, rateTicket, getRating, summarizeRatings, clock } = needs

  app.post(
    path,
    {
      onRequest,
      config: { apiScope: 'tickets:write' },
      schema: {
        ...common,
        summary: 'Rate a ticket that is done, or change the rating within 7 days',
        params: TicketParams,
        body: RatingBody,
        response: { 200: Envelope(RatingWire), 201: Envelope(RatingWire) },
      },
    },
    async (request, reply) => {
      const { score, comment = null } = request.body
      const { rating, isNew } = await rateTicket({
        ...{ scope: scopeOf(request), ticketId: request.params.id, by: byOf(request, clock) },
        wanted: { score, comment },
      })
      reply.code(isNew ? 201 : 200)
      return envelope(request, toWireRating(rating))
    },
  )

  app.get(
    path,
    {
      onRequest,
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: 'The latest rating of a ticket',
        params: TicketParams,
        response: { 200: Envelope(RatingWire) },
      },
    },
    async (request) => envelope(request, toWireRating(await getRating(scopeOf(request), request.params.id))),
  )

  app.get(
    '/ratings/summary',
    {
      onRequest: [onRequest, refuseAllButManagers],
      schema: {
        ...common,
        summary: 'What the ratings of the tenant come to, by when they were given',
        querystring: PeriodQuery,
        response: { 200: Envelope(SummaryWire) },
      },
    },
    async (request) => {
      const { from, to } = request.query
      const period = { from: momentOf(from, 'from'), to: momentOf(to, 'to') }
      return envelope(request, toWireSummary(await summarizeRatings(request.tenantId, period)))
    },
  )
}
