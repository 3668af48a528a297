import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { enrol, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [owner, agent] = [member(7), member(9, 'agent')]

describe('a change', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'fatal' })
    await enrol(s, [owner, agent])
  })
  after(() => s.close())

  const without = async (table: string, work: () => Promise<{ statusCode: number }>) => {
    await sql(s.database, `RENAME TABLE ${table} TO missing`)
    try {
      const { statusCode } = await work()
      assert.ok(statusCode >= 500, `${table}: ${statusCode}`)
    } finally {
      await sql(s.database, `RENAME TABLE missing TO ${table}`)
    }
  }
  /** All that a change of the ticket writes. */
  const written = async (id: string) => {
    const ofTicket = (table: string) =>
      `(SELECT COUNT(*) FROM ${table} WHERE ticket_id = '${id}') AS ${table}`
    const [row] = await sql(
      s.database,
      `SELECT status, agent_id, version, ${['ticket_activities', 'ticket_replies', 'notifications', 'mirror_jobs'].map(ofTicket).join(', ')},
        (SELECT COUNT(*) FROM audit_entries WHERE subject = 'ticket:${id}') AS audit FROM tickets WHERE id = '${id}'`,
    )
    return { ...row }
  }

  it('that cannot be written down wholly does not happen at all', async () => {
    // So that nothing else is under way: InvGate does not get the ticket.
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: { type: 'status', status: 503 } }])
    const { id } = await raise(s.app, owner)
    const before = await written(id)
    for (const table of ['audit_entries', 'ticket_activities', 'notifications', 'mirror_jobs']) {
      await without(table, () => patch(s.app, agent, id, { status: 'in_progress', agent_id: agent.uid }))
      assert.deepEqual(await written(id), before, table)
      await without(table, () => replyTo(s.app, agent, id, { message: 'a' }))
      assert.deepEqual(await written(id), before, table)
    }
    assert.equal((await patch(s.app, agent, id, { status: 'in_progress' })).statusCode, 200)
  })

  it('neither is a ticket raised that nobody can be told of, or that InvGate would never get', async () => {
    const payload = { title: 'not at all', description: 'a text', category: 'billing', priority: 'low' }
    for (const table of ['notifications', 'ticket_intents'])
      await without(table, () =>
        s.app.inject({ method: 'POST', url: '/tickets', headers: owner.headers, payload }),
      )
    assert.deepEqual(await sql(s.database, "SELECT id FROM tickets WHERE title = 'not at all'"), [])
  })

  it('never takes the time back, whatever this replica’s clock says', async () => {
    const { id } = await raise(s.app, owner)
    const ahead = '2099-01-01T00:00:00.000Z'
    await sql(s.database, `UPDATE tickets SET updated_at = '2099-01-01 00:00:00' WHERE id = '${id}'`)
    const answer = await patch(s.app, agent, id, { status: 'in_progress' })
    assert.deepEqual([answer.json().data.updated_at, answer.json().data.version], [ahead, 2])
    assert.equal((await read(s.app, agent, `/tickets/${id}`)).json().data.updated_at, ahead)
  })

  it('is of the ticket whose id it names, in capitals too', async () => {
    const { id } = await raise(s.app, owner)
    const upper = id.toUpperCase()
    assert.equal((await patch(s.app, agent, upper, { status: 'in_progress' })).json().data.id, id)
    assert.equal((await replyTo(s.app, owner, upper, { message: 'a' })).json().data.ticket_id, id)
    for (const path of ['', '/replies?limit=9', '/activities'])
      assert.equal((await read(s.app, owner, `/tickets/${upper}${path}`)).statusCode, 200)
  })
})
