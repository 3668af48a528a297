import type { FastifyInstance } from 'fastify'
import { presentUser } from '../users/user.ts'
import type { World } from '../world/world.ts'
import type { CallLog } from './call-log.ts'
import { inspectIncident } from './inspect-incident.ts'

/** What a test or drill compares with what it did. */
export function inspectionRoutes(control: FastifyInstance, world: World, log: CallLog): void {
  control.get('/requests', async () => log.all())
  control.get('/incidents', async () =>
    [...world.incidents.values()].map((incident) => inspectIncident(world, incident)),
  )
  control.get('/users', async () => [...world.users.values()].map(presentUser))
}
