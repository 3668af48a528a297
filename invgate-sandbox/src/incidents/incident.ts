import { type DateFormat, presentDate } from './date-format.ts'

/** Dates are epoch seconds; `attachments` are ids. */
export type Incident = {
  readonly id: number
  readonly title: string
  readonly description: string
  readonly categoryId: number
  readonly priorityId: number
  readonly statusId: number
  readonly typeId: number
  readonly sourceId: number
  readonly locationId: number | null
  readonly customerId: number
  readonly creatorId: number
  readonly assignedId: number | null
  readonly assignedGroupId: number | null
  readonly occurredAt: number
  readonly createdAt: number
  readonly lastUpdate: number
  readonly solvedAt: number | null
  readonly closedAt: number | null
  readonly attachments: readonly number[]
}

/** InvGate's names: `user_id` is the customer, and `date_ocurred` is spelt as it is. */
export function presentIncident(incident: Incident, dates: DateFormat) {
  return {
    id: incident.id,
    pretty_id: `#${incident.id}`,
    title: incident.title,
    description: incident.description,
    category_id: incident.categoryId,
    priority_id: incident.priorityId,
    status_id: incident.statusId,
    type_id: incident.typeId,
    source_id: incident.sourceId,
    location_id: incident.locationId,
    user_id: incident.customerId,
    creator_id: incident.creatorId,
    assigned_id: incident.assignedId,
    assigned_group_id: incident.assignedGroupId,
    date_ocurred: presentDate(incident.occurredAt, dates),
    created_at: presentDate(incident.createdAt, dates),
    last_update: presentDate(incident.lastUpdate, dates),
    solved_at: presentDate(incident.solvedAt, dates),
    closed_at: presentDate(incident.closedAt, dates),
    attachments: incident.attachments,
  }
}
