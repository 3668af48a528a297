import { shorten } from '../notifications/shorten.ts'
import type { TicketEvent } from '../tickets/ticket-event.ts'
import { testEvent } from './webhook.ts'

/** Of a reply; the rest is in the ticket. */
const longestMessage = 10_000

/**
 * The body of a webhook's message, made at the time of the event, in the form that the Standard Webhooks specification
 * advises: `type`, `timestamp`, `data`. The text of an internal note stays out, because nobody knows who reads it there.
 */
export function payloadOf(event: TicketEvent): string {
  const { ticket, actor, at, kind } = event
  const data = {
    ticket: {
      id: ticket.id,
      tenant_id: ticket.tenantId,
      title: ticket.title,
      category: ticket.category,
      priority: ticket.priority,
      status: ticket.status,
      user_id: ticket.userId,
      agent_id: ticket.agentId,
      escalation_level: ticket.escalationLevel,
    },
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    ...particularsOf(event),
  }
  return JSON.stringify({ type: kind, timestamp: at.toISOString(), data })
}

export function testPayload(webhook: { id: string; tenantId: number }, at: Date): string {
  const data = { webhook: { id: webhook.id, tenant_id: webhook.tenantId } }
  return JSON.stringify({ type: testEvent, timestamp: at.toISOString(), data })
}

function particularsOf(event: TicketEvent): object {
  switch (event.kind) {
    case 'ticket.created':
      return {}
    case 'ticket.replied': {
      const { id, internal, message } = event.reply
      return { reply: { id, internal, message: internal ? null : shorten(message, longestMessage) } }
    }
    case 'ticket.status_changed':
      return { previous: { status: event.from } }
    case 'ticket.assigned':
      return { previous: { agent_id: event.from } }
    case 'ticket.escalated':
      return { level: event.level }
  }
}
