import assert from 'node:assert/strict'
import { type Member, patch, raise, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'

/** Raises a ticket and waits until InvGate has it. @returns its id and InvGate's */
export async function raiseMirrored(s: TicketService, by: Member, fields: object = {}) {
  const { id } = await raise(s.app, by, fields)
  const invGateId = await eventually(async () => {
    const [row] = await sql(s.database, `SELECT inv_gate_id FROM tickets WHERE id = '${id}'`)
    assert.notEqual(row?.inv_gate_id, null)
    return Number(row?.inv_gate_id)
  })
  return { id, invGateId }
}

/** What InvGate refuses of a ticket, until it is parked. @returns the job's id */
export async function parkReply(s: TicketService, by: Member, ticketId: string, message: string) {
  await s.sandbox.control.setFaults([
    {
      route: 'POST incident.comment',
      fault: { type: 'status', status: 428, body: { error: 'No comments today', status: 428 } },
    },
  ])
  assert.equal((await replyTo(s.app, by, ticketId, { message })).statusCode, 201)
  const job = await parkedJobOf(s, ticketId)
  await s.sandbox.control.clearFaults()
  return job
}

/** Waits for it; what was refused once is due again at once, so that nobody waits for the pauses between. */
export function parkedJobOf(s: TicketService, ticketId: string): Promise<number> {
  return eventually(async () => {
    await sql(
      s.database,
      `UPDATE mirror_jobs SET available_at = NOW(3) WHERE ticket_id = '${ticketId}' AND last_error IS NOT NULL
        AND available_at < '9999-01-01'`,
    )
    const [row] = await sql(
      s.database,
      `SELECT id FROM mirror_jobs WHERE ticket_id = '${ticketId}' AND available_at > '9999-01-01'`,
    )
    assert.notEqual(row, undefined)
    return Number(row?.id)
  }, 20_000)
}

/** A job of a ticket that waits and that no worker takes for an hour. */
export async function holdJob(s: TicketService, by: Member, ticketId: string): Promise<number> {
  await sql(
    s.database,
    `INSERT INTO mirror_jobs (ticket_id, kind, available_at) VALUES ('${ticketId}', 'state', NOW(3) + INTERVAL 1 HOUR)`,
  )
  assert.equal((await patch(s.app, by, ticketId, { agent_id: null })).statusCode, 200)
  const [row] = await sql(s.database, `SELECT MAX(id) AS id FROM mirror_jobs WHERE ticket_id = '${ticketId}'`)
  return Number(row?.id)
}

export async function auditOf(s: TicketService, subject: string, action: string) {
  const rows = await sql(
    s.database,
    `SELECT actor_id, details FROM audit_entries WHERE subject = '${subject}' AND action = '${action}' ORDER BY seq`,
  )
  return rows.map(({ actor_id, details }) => ({ by: actor_id, ...JSON.parse(String(details)) }))
}
