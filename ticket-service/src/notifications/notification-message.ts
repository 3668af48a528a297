import type { TicketEvent } from '../tickets/ticket-event.ts'
import { shorten } from './shorten.ts'

const longestName = 100
const longestExcerpt = 500
const longestBody = 10_000

/** The sentence of a notification. @param toAgent it is told to the ticket's assigned agent */
export function messageOf(event: TicketEvent, toAgent: boolean): string {
  const name = shorten(event.actor.name, longestName)
  const { ticket } = event
  switch (event.kind) {
    case 'ticket.created':
      return `${name} raised a ticket (${ticket.category}, ${ticket.priority})`
    case 'ticket.replied':
      return `${saying(event)}: ${shorten(event.reply.message, longestExcerpt)}`
    case 'ticket.status_changed':
      return `${name} changed the status from ${event.from} to ${ticket.status}`
    case 'ticket.assigned':
      return `${name} ${assignment(ticket.agentId !== null, toAgent)}`
    case 'ticket.escalated':
      return `The ticket is escalated: level ${event.level}`
  }
}

/** What a mail says in place of the sentence, because it has room for more; null where there is no more. */
export function bodyOf(event: TicketEvent): string | null {
  if (event.kind !== 'ticket.replied') return null
  return `${saying(event)}:\n\n${shorten(event.reply.message, longestBody)}`
}

function saying({ actor, reply }: Extract<TicketEvent, { kind: 'ticket.replied' }>): string {
  return `${shorten(actor.name, longestName)} ${reply.internal ? 'noted internally' : 'replied'}`
}

function assignment(isAssigned: boolean, toAgent: boolean): string {
  if (!isAssigned) return 'took the ticket off its agent'
  return toAgent ? 'assigned the ticket to you' : 'assigned the ticket to an agent'
}
