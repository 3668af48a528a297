import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { Refusal } from '../api/failures.ts'
import type { Receive } from '../api/receive.ts'
import type { Settings } from '../settings/settings.ts'
import type { World } from '../world/world.ts'
import { addIncident } from './add-incident.ts'
import { getIncident } from './get-incident.ts'
import { presentIncident } from './incident.ts'
import { incidentQuery, incidentsQuery, newIncident } from './incidents.schemas.ts'
import { viewIncident, viewKeyed } from './view-incident.ts'

/** Both known ways to create, and reading by id. */
export function incidentRoutes(
  api: FastifyInstance,
  world: World,
  receive: Receive,
  settings: Settings,
): void {
  api.post('/incidents', async (request, reply) => {
    if (settings.createShape === 'incident-only') {
      throw new Refusal(settings.refusalStatus, 'No such method for incidents')
    }
    const incident = await receive(request, newIncident, (values, files) => addIncident(world, values, files))
    await world.save()
    return reply.code(201).send(presentIncident(incident, 'epoch'))
  })

  api.post('/incident', async (request) => {
    const incident = await receive(request, newIncident, (values, files) => addIncident(world, values, files))
    await world.save()
    return { status: 'OK', info: 'Request created', request_id: incident.id }
  })

  api.get<{ Querystring: Static<typeof incidentQuery> }>(
    '/incident',
    { schema: { querystring: incidentQuery } },
    async ({ query }) => viewIncident(world, getIncident(world, query.id), query),
  )

  api.get<{ Querystring: Static<typeof incidentsQuery> }>(
    '/incidents',
    { schema: { querystring: incidentsQuery } },
    async ({ query }) => {
      const found = query['ids[]'].flatMap((id) => world.incidents.get(id) ?? [])
      return viewKeyed(world, found, query)
    },
  )
}
