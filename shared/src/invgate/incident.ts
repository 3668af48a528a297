import { isRecord, readDate, readEntries, readId, readIds, readInteger, readText } from './wire-values.ts'

/** A ticket as InvGate has it. What it does not say is null; `raw` is its own object, unknown fields included. */
export type Incident = {
  id: number
  prettyId: string | null
  title: string | null
  description: string | null
  categoryId: number | null
  priorityId: number | null
  statusId: number | null
  typeId: number | null
  sourceId: number | null
  /** InvGate's `user_id`. */
  customerId: number | null
  creatorId: number | null
  assignedId: number | null
  assignedGroupId: number | null
  occurredAt: Date | null
  createdAt: Date | null
  lastUpdateAt: Date | null
  solvedAt: Date | null
  closedAt: Date | null
  attachmentIds: number[]
  raw: Record<string, unknown>
}

/** Reads one incident object. `key` is the id it was filed under in a list. Null where there is no id at all. */
export function readIncident(value: unknown, key?: string): Incident | null {
  if (!isRecord(value)) return null
  const id = readId(value.id) ?? readId(key)
  if (id === null) return null
  return {
    id,
    prettyId: readText(value.pretty_id),
    title: readText(value.title),
    description: readText(value.description),
    categoryId: readInteger(value.category_id),
    priorityId: readInteger(value.priority_id),
    statusId: readInteger(value.status_id),
    typeId: readInteger(value.type_id),
    sourceId: readInteger(value.source_id),
    customerId: readInteger(value.user_id ?? value.customer_id),
    creatorId: readInteger(value.creator_id),
    assignedId: readInteger(value.assigned_id),
    assignedGroupId: readInteger(value.assigned_group_id),
    // The spelling is InvGate's.
    occurredAt: readDate(value.date_ocurred),
    createdAt: readDate(value.created_at),
    lastUpdateAt: readDate(value.last_update),
    solvedAt: readDate(value.solved_at),
    closedAt: readDate(value.closed_at),
    attachmentIds: readIds(value.attachments),
    raw: value,
  }
}

/** Reads incidents filed by id, or a plain list of them. Undefined when an entry is no incident. */
export function readIncidents(body: unknown): Incident[] | undefined {
  return readEntries(body, readIncident)
}
