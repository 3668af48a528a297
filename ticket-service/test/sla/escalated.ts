import assert from 'node:assert/strict'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'

type Observed = Pick<TicketService, 'database'>

export async function levelOf({ database }: Observed, id: string): Promise<number> {
  const [row] = await sql(database, `SELECT escalation_level FROM tickets WHERE id = '${id}'`)
  return Number(row?.escalation_level)
}

/** The levels that were written down for a ticket, in order: in its activities, in the audit, and for each person. */
export async function levelsTold({ database }: Observed, id: string) {
  const activities = await sql(
    database,
    `SELECT message FROM ticket_activities WHERE ticket_id = '${id}' AND action = 'escalated' ORDER BY id`,
  )
  const audit = await sql(
    database,
    `SELECT details FROM audit_entries WHERE subject = 'ticket:${id}' AND action = 'ticket.escalated' ORDER BY seq`,
  )
  const notifications = await sql(
    database,
    `SELECT user_id, message FROM notifications WHERE ticket_id = '${id}' AND kind = 'ticket.escalated' ORDER BY id`,
  )
  const people: Record<number, number[]> = {}
  for (const { user_id, message } of notifications) {
    const levels = people[Number(user_id)] ?? []
    people[Number(user_id)] = [...levels, levelIn(message)]
  }
  return {
    activities: activities.map(({ message }) => levelIn(message)),
    audit: audit.map(({ details }) => JSON.parse(String(details)).escalation_level),
    people,
  }
}

/** What `levelsTold` gives when each level up to this one was told once. */
export function toldOnce(level: number, people: readonly number[]) {
  const levels = Array.from({ length: level }, (_, index) => index + 1)
  return {
    activities: levels,
    audit: levels.map((one) => [one - 1, one]),
    people: Object.fromEntries(people.map((id) => [id, levels])),
  }
}

/**
 * Waits until the worker of one replica has begun and ended a run since this was called, by a ticket that is made due
 * twice: what was due is taken by then, or is never.
 */
export async function aWholeRun(service: Observed, sentinelId: string): Promise<void> {
  for (let times = 0; times < 2; times++) {
    const before = await levelOf(service, sentinelId)
    await sql(
      service.database,
      `UPDATE tickets SET next_escalation_at = '2000-01-01' WHERE id = '${sentinelId}'`,
    )
    await eventually(async () => assert.ok((await levelOf(service, sentinelId)) > before))
  }
}

function levelIn(message: unknown): number {
  return Number(/level (\d+)/.exec(String(message))?.[1])
}
