import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import { TicketParams } from '../tickets/tickets.schemas.ts'
import type { LinkTickets } from './link-tickets.ts'
import { LinkBody, LinkParams, LinkWire } from './links.schemas.ts'
import { toWireLink } from './links.wire.ts'
import type { ListLinks } from './list-links.ts'
import type { UnlinkTickets } from './unlink-tickets.ts'

type Needs = {
  authenticate: Authenticate
  linkTickets: LinkTickets
  listLinks: ListLinks
  unlinkTickets: UnlinkTickets
  clock: { now(): Date }
}

const common = { tags: ['Tickets'], security: [{ bearer: [] }] }
const path = '/tickets/:id/links'

/** What one ticket has to do with another. */
export function registerLinkRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, linkTickets, listLinks, unlinkTickets, clock } = needs

  app.get(
    path,
    {
      onRequest,
      config: { apiScope: 'tickets:read' },
      schema: {
        ...common,
        summary: "A ticket's links to others that the caller may see",
        params: TicketParams,
        response: { 200: Envelope(Type.Array(LinkWire)) },
      },
    },
    async (request) =>
      envelope(request, (await listLinks(scopeOf(request), request.params.id)).map(toWireLink)),
  )

  app.post(
    path,
    {
      onRequest,
      config: { apiScope: 'tickets:write' },
      schema: {
        ...common,
        summary: 'Link a ticket to another; 200 where it is already',
        params: TicketParams,
        body: LinkBody,
        response: { 200: Envelope(LinkWire), 201: Envelope(LinkWire) },
      },
    },
    async (request, reply) => {
      const { ticket_id: other, kind } = request.body
      const ids = { one: request.params.id, other }
      const { link, isNew } = await linkTickets({
        ...{ scope: scopeOf(request), by: byOf(request, clock), ids, kind },
      })
      reply.code(isNew ? 201 : 200)
      return envelope(request, toWireLink(link))
    },
  )

  app.delete(
    `${path}/:link_id`,
    {
      onRequest,
      config: { apiScope: 'tickets:write' },
      schema: {
        ...common,
        summary: 'Remove a link',
        params: LinkParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const { id: ticketId, link_id: linkId } = request.params
      await unlinkTickets({ scope: scopeOf(request), by: byOf(request, clock), ticketId, linkId })
      return envelope(request, null, { message: 'the link is gone' })
    },
  )
}
