import { sql } from './sql.ts'
import type { TicketService } from './ticket-service.ts'

/** What was written of a ticket's changes: their activities and their entries of the audit, in order. */
export async function tracesOf({ database }: Pick<TicketService, 'database'>, ticketId: string) {
  const activities = await sql(
    database,
    `SELECT action, message, internal, actor_id FROM ticket_activities WHERE ticket_id = '${ticketId}' ORDER BY id`,
  )
  const audit = await sql(
    database,
    `SELECT action, actor, details FROM audit_entries WHERE subject = 'ticket:${ticketId}' ORDER BY seq`,
  )
  return {
    activities: activities.map(({ action, message, internal, actor_id }) => ({
      ...{ action, message, internal: internal === 1, actor_id },
    })),
    audit: audit.map(({ action, actor, details }) => ({
      action,
      actor,
      details: JSON.parse(String(details)),
    })),
  }
}
