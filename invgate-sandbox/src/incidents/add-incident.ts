import type { Static } from 'typebox'
import type { ReceivedFile } from '../api/receive.ts'
import { addAttachments } from '../attachments/add-attachments.ts'
import type { World } from '../world/world.ts'
import type { Incident } from './incident.ts'
import type { newIncident } from './incidents.schemas.ts'

const apiSource = 8

export function addIncident(
  world: World,
  wanted: Static<typeof newIncident>,
  files: ReceivedFile[],
): Incident {
  const now = world.now()
  const incident: Incident = {
    id: world.nextId('incident'),
    title: wanted.title,
    description: wanted.description,
    categoryId: wanted.category_id,
    priorityId: wanted.priority_id,
    statusId: 1,
    typeId: wanted.type_id,
    sourceId: wanted.source_id ?? apiSource,
    locationId: wanted.location_id ?? null,
    customerId: wanted.customer_id,
    creatorId: wanted.creator_id,
    assignedId: null,
    assignedGroupId: null,
    occurredAt: wanted.date ?? now,
    createdAt: now,
    lastUpdate: now,
    solvedAt: null,
    closedAt: null,
    attachments: addAttachments(world, files),
  }
  world.incidents.set(incident.id, incident)
  return incident
}
