import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import type { ActivitiesRepository } from './activities.repository.ts'
import type { Activity } from './activity.ts'

/** What happened to a ticket after an activity, in order; from the beginning, its being raised, where that is null. @throws AppError ticket.not_found */
export type ListActivities = (
  scope: TicketScope,
  ticketId: string,
  page: { after: string | null; limit: number },
) => Promise<{ items: Activity[]; hasNext: boolean }>

type Needs = { getTicket: GetDeskTicket; activities: Pick<ActivitiesRepository, 'list'> }

export function createListActivities({ getTicket, activities }: Needs): ListActivities {
  return async (scope, ticketId, { after, limit }) => {
    const ticket = await getTicket(scope, ticketId)
    const withInternal = worksOn(scope, ticket)
    const rows = await activities.list(ticket.id, { withInternal, after: after ?? '', limit: limit + 1 })
    const found = after === null ? [raised(ticket), ...rows] : rows
    return { items: found.slice(0, limit), hasNext: found.length > limit }
  }
}

/** The ticket itself says that it was raised, when and by whom: a row of its own would only say it again. */
function raised({ id, userId, creatorEmail, createdAt, origin }: DeskTicket): Activity {
  return {
    id,
    ticketId: id,
    actorId: userId,
    actorName: creatorEmail,
    action: 'created',
    message: origin === 'invgate' ? 'raised in InvGate' : null,
    internal: false,
    createdAt,
  }
}
