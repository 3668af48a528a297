import assert from 'node:assert/strict'
import { after, beforeEach, describe, it } from 'node:test'
import { postTicket } from '../kit/post-ticket.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { idsIn, mirrorThem, raiseInInvGate, requestsTo, runRound } from './rounds.ts'

const hour = 3_600_000

describe('an incident that was raised in InvGate while nobody looked for more than an hour', () => {
  let s: TicketService
  /** Milliseconds by which InvGate is behind: what it gets is as old. */
  let behindMs = 0
  beforeEach(async () => {
    await s?.close()
    behindMs = 0
    s = await startTicketService({}, { clock: () => Date.now() - behindMs })
  })
  after(() => s.close())

  const mirrored = async () => {
    const rows = await sql(s.database, 'SELECT inv_gate_id FROM tickets ORDER BY inv_gate_id')
    return rows.map(({ inv_gate_id }) => inv_gate_id)
  }
  const raiseMany = async (count: number, agoMs: number) => {
    behindMs = agoMs
    const ids: number[] = []
    for (let index = 0; index < count; index += 1) ids.push(await raiseInInvGate(s))
    behindMs = 0
    return ids
  }
  const raiseHere = async () => (await postTicket(s.app, { title: 'ours' })).json().id as number

  it('becomes a ticket all the same, also where nothing newer is known, and no second one', async () => {
    const first = await raiseHere()
    assert.equal(await runRound(s), 'complete')
    const missed = await raiseMany(250, 3 * hour)
    for (let round = 0; round < 2; round += 1) {
      assert.equal(await runRound(s), 'complete')
      assert.deepEqual(await mirrored(), [first, ...missed])
    }
  })

  it('becomes one also where its list is refused for ids that InvGate does not have', async () => {
    const first = await raiseHere()
    assert.equal(await runRound(s), 'complete')
    const missed = await raiseMany(3, 3 * hour)
    const last = await raiseHere()
    const body = { error: 'no such id', status: 428 }
    await s.sandbox.control.setFaults([
      { route: 'GET incidents', fault: { type: 'status', status: 428, body } },
    ])
    assert.equal(await runRound(s), 'complete')
    assert.deepEqual(await mirrored(), [first, ...missed, last])
  })

  it('is not one that was there before the first look: what is older than all tickets stays in InvGate', async () => {
    await raiseMany(3, 3 * hour)
    const first = await raiseHere()
    assert.equal(await runRound(s), 'complete')
    assert.deepEqual(await mirrored(), [first])
  })

  it('waits its time like any other when it is young, and is not passed over for it', async () => {
    const first = await raiseHere()
    const patient = { SYNC_IMPORT_AFTER_MS: 900_000 }
    assert.equal(await runRound(s, patient), 'complete')
    const [young = 0] = await raiseMany(1, 0)
    const last = await raiseHere()
    assert.equal(await runRound(s, patient), 'complete')
    assert.deepEqual(await mirrored(), [first, last])
    const asked = (await requestsTo(s, 'GET incidents')).length
    assert.equal(await runRound(s, patient), 'complete')
    const beyond = (await requestsTo(s, 'GET incidents')).slice(asked).map(idsIn)
    assert.ok(beyond.some((ids) => ids[0] === young))
  })

  it('is looked for beyond any gap in the ids, in as many rounds as it takes', async () => {
    await raiseHere()
    assert.equal(await runRound(s), 'complete')
    const farAway = 100_000
    await mirrorThem(s, [farAway])
    const upTo = async () => {
      const rows = await sql(s.database, "SELECT cursor_value FROM sync_states WHERE name = 'invgate.known'")
      return Number(rows[0]?.cursor_value)
    }
    assert.equal(await runRound(s), 'bounded')
    const reached = await upTo()
    assert.ok(reached > 50_000 && reached < farAway, String(reached))
    assert.equal(await runRound(s), 'complete')
    assert.equal(await upTo(), farAway)
  })

  it('costs a quiet round one list', async () => {
    const first = await raiseHere()
    assert.equal(await runRound(s), 'complete')
    const before = (await requestsTo(s, 'GET incidents')).length
    assert.equal(await runRound(s), 'complete')
    const asked = (await requestsTo(s, 'GET incidents')).slice(before).map(idsIn)
    assert.deepEqual(
      asked.map(([id]) => id),
      [first, first + 1],
    )
  })
})
