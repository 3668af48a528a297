import type { Incident } from '@werk/shared/invgate/incident'
import type { MirroredFields, Ticket } from './ticket.ts'
import type { StatusMap } from './ticket-status.ts'

/** Characters: the width of the column. InvGate's own titles may be longer. */
const longestTitle = 255

/** A ticket's fields as InvGate has them now; what InvGate does not say stays as it was. */
export function mirroredFields(ticket: Ticket, incident: Incident, statusOf: StatusMap): MirroredFields {
  return {
    title: cut(incident.title ?? ticket.title, longestTitle),
    description: incident.description ?? ticket.description,
    categoryId: incident.categoryId ?? ticket.categoryId,
    priorityId: incident.priorityId ?? ticket.priorityId,
    typeId: incident.typeId ?? ticket.typeId,
    status: statusOf(incident.statusId) ?? ticket.status,
    assignedId: incident.assignedId,
    assignedGroupId: incident.assignedGroupId,
    closedAt: incident.closedAt,
    updatedAt: incident.lastUpdateAt ?? ticket.updatedAt,
  }
}

function cut(text: string, characters: number): string {
  return text.length <= characters ? text : [...text].slice(0, characters).join('')
}
