import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import type { ActivitiesRepository } from './activities.repository.ts'
import type { Activity } from './activity.ts'

/** All that happened to a ticket, in order, its being raised first. @throws AppError ticket.not_found */
export type ListActivities = (scope: TicketScope, ticketId: string) => Promise<Activity[]>

type Needs = { getTicket: GetDeskTicket; activities: Pick<ActivitiesRepository, 'list'> }

export function createListActivities({ getTicket, activities }: Needs): ListActivities {
  return async (scope, ticketId) => {
    const ticket = await getTicket(scope, ticketId)
    const withInternal = worksOn(scope, ticket)
    return [raised(ticket), ...(await activities.list(ticket.id, { withInternal }))]
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
