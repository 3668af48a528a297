import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import type { Actor } from '../tickets/ticket-event.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import { onlyStaffUsesCannedReplies } from './canned-replies.errors.ts'
import type { GetCannedReply } from './read-canned-replies.ts'
import { renderTemplate } from './render-template.ts'
import type { FindRequesterName } from './requester-names.repository.ts'

/**
 * A canned reply as it would be sent in a ticket by the caller, who is its agent. Nothing is sent.
 * @throws AppError ticket.not_found, canned_reply.forbidden, canned_reply.not_found
 */
export type PreviewCannedReply = (command: {
  scope: TicketScope
  ticketId: string
  replyId: string
  caller: Pick<Actor, 'name'>
}) => Promise<string>

type Needs = {
  getTicket: GetDeskTicket
  getCannedReply: GetCannedReply
  findRequesterName: FindRequesterName
}

export function createPreviewCannedReply(needs: Needs): PreviewCannedReply {
  const { getTicket, getCannedReply, findRequesterName } = needs
  return async ({ scope, ticketId, replyId, caller }) => {
    const ticket = await getTicket(scope, ticketId)
    if (!worksOn(scope, ticket)) throw onlyStaffUsesCannedReplies()
    const { body } = await getCannedReply(scope.tenantId, replyId)
    return renderTemplate(body, {
      'ticket.title': ticket.title,
      'requester.name': (await findRequesterName(ticket)) ?? ticket.creatorEmail,
      'agent.name': caller.name,
    })
  }
}
