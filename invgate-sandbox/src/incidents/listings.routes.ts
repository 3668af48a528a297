import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { Settings } from '../settings/settings.ts'
import type { World } from '../world/world.ts'
import type { Incident } from './incident.ts'
import { helpdeskQuery, lastHourQuery, personQuery, statusQuery } from './incidents.schemas.ts'
import { isOpen, listPage, listSlice, personId } from './listing.ts'
import { viewIncident, viewKeyed } from './view-incident.ts'

export function listingRoutes(api: FastifyInstance, world: World, settings: Settings): void {
  const isListed = (incident: Incident) => !settings.openOnlyListings || isOpen(incident)

  const listByPerson = (path: string, personOf: (incident: Incident) => number | null) => {
    api.get<{ Querystring: Static<typeof personQuery> }>(
      path,
      { schema: { querystring: personQuery } },
      async ({ query }) => {
        const id = personId(world, query)
        const page = listPage(world, (incident) => personOf(incident) === id && isListed(incident), query)
        const requests = viewKeyed(world, page.incidents, query)
        return { status: 'OK', info: '', requests, next_page_key: page.nextPageKey }
      },
    )
  }
  listByPerson('/incidents.by.customer', ({ customerId }) => customerId)
  listByPerson('/incidents.by.agent', ({ assignedId }) => assignedId)

  api.get<{ Querystring: Static<typeof statusQuery> }>(
    '/incidents.by.status',
    { schema: { querystring: statusQuery } },
    async ({ query }) => {
      const wanted = new Set(query['status_ids[]'])
      return { status: 'OK', info: '', ...listSlice(world, ({ statusId }) => wanted.has(statusId), query) }
    },
  )

  api.get<{ Querystring: Static<typeof helpdeskQuery> }>(
    '/incidents.by.helpdesk',
    { schema: { querystring: helpdeskQuery } },
    async ({ query }) => {
      const wanted = new Set<number | null>(query['helpdesk_ids[]'])
      const matches = ({ assignedGroupId }: Incident) => wanted.has(assignedGroupId)
      return { status: 'OK', info: '', ...listSlice(world, matches, query) }
    },
  )

  api.get<{ Querystring: Static<typeof lastHourQuery> }>(
    '/incidents.last.hour',
    { schema: { querystring: lastHourQuery } },
    async ({ query }) => {
      const since = world.now() - 3600
      const page = listPage(world, ({ lastUpdate }) => lastUpdate >= since, query)
      const data = page.incidents.map((incident) => viewIncident(world, incident, query))
      return { data, next_page_key: page.nextPageKey }
    },
  )
}
