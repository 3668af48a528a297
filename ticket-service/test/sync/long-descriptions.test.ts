import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { callInvGate, runRound } from './rounds.ts'

/** As long as a ticket's may be, of characters of 4 bytes. */
const longest = '𝕳'.repeat(65_535)

describe('a description as long as they may be, which InvGate changes', () => {
  let s: TicketService
  const mara = member(77, 'user', 1, 5)
  before(async () => {
    s = await startTicketService({ MIRROR_FRESH_MS: '600000' })
  })
  after(() => s.close())

  const create = async (title: string, description: string): Promise<number> => {
    const payload = { title, description }
    const answer = await s.app.inject({ method: 'POST', url: '/api/tickets', headers: mara.headers, payload })
    assert.equal(answer.statusCode, 201, answer.body)
    return answer.json().id
  }
  const rowOf = async (id: number) =>
    (await sql(s.database, `SELECT id, title, description, status FROM tickets WHERE inv_gate_id = ${id}`))[0]
  /** As if InvGate had said so until now. */
  const pretend = (id: number, fields: string) =>
    sql(s.database, `UPDATE tickets SET ${fields}, synced_at = '2020-01-01' WHERE inv_gate_id = ${id}`)

  it('is taken over, and the audit tells how it began', async () => {
    const id = await create('long', longest)
    await pretend(id, "description = REPEAT('o', 60000)")
    assert.equal(await runRound(s), 'complete')
    const row = await rowOf(id)
    assert.equal(row?.description, longest)
    const [entry] = await sql(
      s.database,
      `SELECT details FROM audit_entries WHERE subject = 'ticket:${row?.id}' AND action = 'ticket.edited'`,
    )
    const [before, now] = JSON.parse(String(entry?.details)).description
    assert.deepEqual([before, now], [`${'o'.repeat(999)}…`, `${'𝕳'.repeat(999)}…`])
  })

  it('keeps no other ticket from the sync where the database does not take it', async () => {
    const [hopeless, other] = [await create('hopeless', 'd'), await create('other', 'd')]
    await pretend(hopeless, "title = 'old'")
    await sql(
      s.database,
      `CREATE TRIGGER refuse BEFORE UPDATE ON tickets FOR EACH ROW
        IF NEW.title = 'hopeless' AND OLD.title = 'old' THEN SIGNAL SQLSTATE '22001'; END IF`,
    )
    await callInvGate(s, 'POST', 'incident.cancel', { request_id: other, author_id: 5 })
    assert.equal(await runRound(s), 'complete')
    assert.equal((await rowOf(other))?.status, 'closed')
    assert.equal((await rowOf(hopeless))?.title, 'old')
    const line = s.logLines.find((one) => one.includes('the database refuses what InvGate changed'))
    assert.equal(JSON.parse(String(line)).inv_gate_id, hopeless)
    await sql(s.database, 'DROP TRIGGER refuse')
  })
})
