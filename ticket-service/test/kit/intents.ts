import assert from 'node:assert/strict'
import { eventually } from './eventually.ts'
import { sql } from './sql.ts'
import type { TicketService } from './ticket-service.ts'

type Observed = Pick<TicketService, 'database' | 'sandbox'>

export type IntentSeen = { id: string; state: string; sends: number; parked: boolean; lastError: string }

/** The intents of a title, oldest first. */
export async function intentsOf({ database }: Observed, title: string): Promise<IntentSeen[]> {
  const rows = await sql(
    database,
    `SELECT id, state, sends, available_at > '9999-01-01' AS parked, last_error FROM ticket_intents
      WHERE JSON_UNQUOTE(JSON_EXTRACT(draft, '$.ticket.title')) = '${title}' ORDER BY id`,
  )
  return rows.map(({ id, state, sends, parked, last_error }) => ({
    id: String(id),
    state: String(state),
    sends: Number(sends),
    parked: parked === 1,
    lastError: String(last_error),
  }))
}

/** InvGate's ids of the rows of a title that were raised here, in order. */
export async function rowsOf({ database }: Observed, title: string): Promise<unknown[]> {
  const rows = await sql(
    database,
    `SELECT inv_gate_id FROM tickets WHERE title = '${title}' AND creator_email = 'mara@example.com' ORDER BY inv_gate_id`,
  )
  return rows.map(({ inv_gate_id }) => inv_gate_id)
}

export async function incidentsOf({ sandbox }: Observed, title: string) {
  return (await sandbox.control.incidents()).filter((incident) => incident.title === title)
}

/** Spares the wait before the first look. */
export async function hasten({ database }: Observed): Promise<void> {
  await sql(
    database,
    "UPDATE ticket_intents SET available_at = NOW(3) WHERE attempts = 0 AND state = 'in_doubt'",
  )
}

/** Waits until a title has so many incidents in InvGate, as many rows, each of its own, and no intent. */
export async function assertSettled(service: Observed, title: string, count: number): Promise<void> {
  await eventually(async () => assert.deepEqual(await intentsOf(service, title), [], title))
  const ids = (await incidentsOf(service, title)).map(({ id }) => id)
  assert.equal(ids.length, count, `incidents of ${title}`)
  assert.deepEqual(await rowsOf(service, title), ids, title)
}

export async function countPosts({ sandbox }: Observed): Promise<number> {
  return (await sandbox.control.requests()).filter(({ route }) => route === 'POST incidents').length
}
