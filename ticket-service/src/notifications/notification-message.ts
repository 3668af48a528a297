import type { TicketEvent } from '../tickets/ticket-event.ts'
import { shorten } from './shorten.ts'

const longestName = 100
const longestExcerpt = 500

/** The sentence of a notification. @param toAgent it is told to the ticket's assigned agent */
export function messageOf(event: TicketEvent, toAgent: boolean): string {
  const name = shorten(event.actor.name, longestName)
  const { ticket } = event
  switch (event.kind) {
    case 'ticket.created':
      return `${name} raised a ticket (${ticket.category}, ${ticket.priority})`
    case 'ticket.replied': {
      const { internal, message } = event.reply
      return `${name} ${internal ? 'noted internally' : 'replied'}: ${shorten(message, longestExcerpt)}`
    }
    case 'ticket.status_changed':
      return `${name} changed the status from ${event.from} to ${ticket.status}`
    case 'ticket.assigned':
      return `${name} ${assignment(ticket.agentId !== null, toAgent)}`
    case 'ticket.escalated':
      return `The ticket is escalated: level ${event.level}`
  }
}

function assignment(isAssigned: boolean, toAgent: boolean): string {
  if (!isAssigned) return 'took the ticket off its agent'
  return toAgent ? 'assigned the ticket to you' : 'assigned the ticket to an agent'
}
