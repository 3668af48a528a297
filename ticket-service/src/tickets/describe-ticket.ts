import type { FindMapping } from '../mirror/invgate-mapping.ts'
import { type PeopleDirectory, whoIs } from '../mirror/people.ts'
import { type SlaState, type SlaTerms, startSla, stopSla } from '../sla/sla-clock.ts'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import type { DeskPart } from './desk-ticket.ts'
import type { Ticket } from './ticket.ts'
import { otherCategory, otherPriority } from './ticket-kinds.ts'
import { isAtWork } from './ticket-life.ts'

/** The help desk's part of a ticket that came by InvGate's terms: by the Werk dialect, or from InvGate itself. */
export type DescribeTicket = (
  ticket: Ticket,
  found: Found,
) => Promise<DeskPart & Pick<Ticket, 'status' | 'agentId'>>

type Found = Pick<DeskPart, 'origin' | 'invGateStatusId'>

type Needs = {
  findMapping: FindMapping
  findSlaTerms: FindSlaTerms
  directory: Pick<PeopleDirectory, 'findAgent'>
}

/** One model: whatever dialect it was raised in, a ticket has a category, a priority and an SLA. */
export function createDescribeTicket({ findMapping, findSlaTerms, directory }: Needs): DescribeTicket {
  return async (ticket, found) => {
    const mapping = await findMapping(ticket.tenantId)
    const category = mapping.categoryOf(ticket.categoryId) ?? otherCategory
    const priority = mapping.priorityOf(ticket.priorityId) ?? otherPriority
    const status = mapping.statusOf(found.invGateStatusId) ?? ticket.status
    const { tenantId, assignedId } = ticket
    const agent = assignedId === null ? null : await directory.findAgent(tenantId, whoIs(mapping, assignedId))
    const terms = await findSlaTerms(ticket.tenantId, category)
    return {
      ...found,
      status,
      agentId: agent?.id ?? null,
      category,
      priority,
      memberId: ticket.userId,
      attachmentUrl: null,
      sla: clockOf({ ...ticket, status }, found, terms),
    }
  }
}

/** What was raised in InvGate may be old, and over: its clock starts when it comes here, and runs only if it is at work. */
function clockOf(ticket: Ticket, { origin }: Found, terms: SlaTerms): SlaState {
  const from = origin === 'here' ? ticket.createdAt : ticket.syncedAt
  const sla = startSla(terms, from)
  return isAtWork(ticket.status) ? sla : stopSla(sla, from)
}
