import type { Incident } from '@werk/shared/invgate/incident'
import type { InvGateMapping } from '../mirror/invgate-mapping.ts'
import type { ChangedFields, DeskTicket } from '../tickets/desk-ticket.ts'
import { foldText } from '../tickets/fold-text.ts'
import type { Change, Note } from '../tickets/record-change.ts'
import { assignmentPart, joined, statusPart } from '../tickets/update-ticket.ts'
import type { MirrorColumns } from './mirror.repository.ts'

/** What is needed to judge an incident, found before the ticket is locked. */
export type Known = {
  mapping: InvGateMapping
  /** The agent here whom InvGate's `assigned_id` is; null where nobody is, or nobody here. */
  agent: { id: number; name: string } | null
  /** Whether InvGate still has to be told what became of the ticket here: then its own state is old. */
  isPending: boolean
  at: Date
}

/** Characters: the width of the column. InvGate's own titles may be longer. */
const longestTitle = 255
const longestInAudit = 1000

/**
 * What of an incident is to be taken over: only what InvGate changed since it was last seen. So what was changed here stays,
 * until InvGate is told of it, and what InvGate cannot have, such as an agent it does not know, stays too.
 */
export function judgeIncident(
  ticket: DeskTicket,
  seen: MirrorColumns,
  incident: Incident,
  known: Known,
): Change | null {
  // It is over for good here, whatever becomes of its incident.
  if (ticket.mergedInto !== null) return null
  const parts = [
    ...judgeStatus(ticket, seen, incident, known),
    ...judgeAgent(ticket, seen, incident, known),
    ...judgeText(ticket, seen, incident, known),
  ]
  // InvGate is where it comes from.
  return parts.length === 0 ? null : { ...joined(parts), jobs: [] }
}

type Parts = Parameters<typeof joined>[0]

function judgeStatus(ticket: DeskTicket, seen: MirrorColumns, incident: Incident, known: Known): Parts {
  const to = known.mapping.statusOf(incident.statusId)
  const isOld = known.isPending || (seen.statusId !== null && seen.statusId === incident.statusId)
  if (to === null || to === ticket.status || isOld) return []
  const part = statusPart(ticket, to, known.at)
  const closedAt = to === 'closed' ? (incident.closedAt ?? known.at) : null
  return [{ ...part, fields: { ...part.fields, closedAt } }]
}

function judgeAgent(ticket: DeskTicket, seen: MirrorColumns, incident: Incident, known: Known): Parts {
  if (known.isPending || incident.assignedId === seen.assignedId) return []
  if ((known.agent?.id ?? null) === ticket.agentId) return []
  return [assignmentPart(ticket, known.agent)]
}

function judgeText(ticket: DeskTicket, seen: MirrorColumns, incident: Incident, known: Known): Parts {
  const fields: ChangedFields = {}
  const title = incident.title === null ? null : cut(incident.title, longestTitle)
  if (title !== null && foldText(title) !== foldText(ticket.title)) fields.title = title
  if (incident.description !== null && foldText(incident.description) !== foldText(ticket.description))
    fields.description = incident.description
  if (incident.categoryId !== null && incident.categoryId !== seen.categoryId) {
    const category = known.mapping.categoryOf(incident.categoryId)
    if (category !== null && category !== ticket.category) fields.category = category
  }
  if (incident.priorityId !== null && incident.priorityId !== seen.priorityId) {
    const priority = known.mapping.priorityOf(incident.priorityId)
    if (priority !== null && priority !== ticket.priority) fields.priority = priority
  }
  const names = Object.keys(fields) as (keyof typeof fields)[]
  if (names.length === 0) return []
  const note: Note = {
    action: 'edited',
    message: names.join(', '),
    internal: false,
    details: Object.fromEntries(names.map((name) => [name, [inShort(ticket[name]), inShort(fields[name])]])),
  }
  return [{ fields, note, happening: null, isMirrored: false }]
}

/** For the audit, which is no archive of texts. */
function inShort(value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= longestInAudit) return value
  return `${cut(value, longestInAudit - 1)}…`
}

function cut(text: string, characters: number): string {
  return text.length <= characters ? text : [...text].slice(0, characters).join('')
}
