import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { enrol, member, raise } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

export const requester = { ...member(7, 'user', 1, 77) }
/** InvGate knows them as 88. */
export const agent = { ...member(9, 'agent'), invgateId: 88 }
/** InvGate does not know them. */
export const stranger = { ...member(10, 'agent') }

/** A service whose InvGate answers soon or never. */
export async function startMirrored(test: TestContext, env: Record<string, string> = {}) {
  const s = await startTicketService({
    ARMMADA_TIMEOUT_MS: '800',
    IN_DOUBT_SETTLE_MS: '1000',
    INVGATE_CATEGORY_MAP: 'billing:11,technical:5,account:8,service:12',
    ...env,
  })
  test.after(() => s.close())
  await enrol(s, [{ ...requester, invgateId: 77 }, agent, stranger])
  return s
}

/** Waits until InvGate has been told everything. */
export async function untilMirrored(s: TicketService, withinMs = 20_000): Promise<void> {
  await eventually(async () => {
    const [left] = await sql(
      s.database,
      `SELECT (SELECT COUNT(*) FROM mirror_jobs WHERE available_at < '9999-01-01') AS jobs,
         (SELECT COUNT(*) FROM ticket_intents WHERE available_at < '9999-01-01') AS intents`,
    )
    assert.deepEqual({ ...left }, { jobs: 0, intents: 0 })
  }, withinMs)
}

/** A ticket that InvGate has. @returns its ids here and there */
export async function raiseMirrored(s: TicketService, fields: object = {}) {
  const { id } = await raise(s.app, requester, fields)
  await untilMirrored(s)
  const [row] = await sql(s.database, `SELECT inv_gate_id FROM tickets WHERE id = '${id}'`)
  return { id, incidentId: Number(row?.inv_gate_id) }
}

export async function incidentOf(s: TicketService, incidentId: number) {
  const incident = (await s.sandbox.control.incidents()).find(({ id }) => id === incidentId)
  assert.ok(incident !== undefined)
  return incident
}

/** What was written to InvGate so far. */
export async function countWrites(s: TicketService): Promise<number> {
  return (await s.sandbox.control.requests()).filter(({ method }) => method !== 'GET').length
}
