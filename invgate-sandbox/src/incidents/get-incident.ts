import { LogicalFault } from '../api/failures.ts'
import type { World } from '../world/world.ts'
import type { Incident } from './incident.ts'

/** @throws LogicalFault when there is none: InvGate answers that with HTTP 200. */
export function getIncident(world: World, id: number): Incident {
  const incident = world.incidents.get(id)
  if (incident === undefined) throw new LogicalFault(`Request ${id} does not exist`)
  return incident
}
