import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { raiseInInvGate, runRound } from '../sync/rounds.ts'
import { act, parkTicket, stateOf } from './parked-tickets.ts'

describe('linking a ticket in doubt to an incident that the sync has imported', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  const rowsOf = (invGateId: number) =>
    sql(s.database, `SELECT id, tenant_id FROM tickets WHERE inv_gate_id = ${invGateId}`)
  /** What an agent raised by hand for the same customer, in other words. */
  const importOne = async () => {
    const invGateId = await raiseInInvGate(s, { title: 'called us', creator_id: 1, customer_id: 77 })
    assert.equal(await runRound(s), 'complete')
    const [imported] = await rowsOf(invGateId)
    assert.equal(imported?.tenant_id, 1)
    return { invGateId, imported }
  }

  it('makes it the one ticket of that incident, in the tenant of who raised it', async () => {
    const id = await parkTicket(s, { title: 'lost' })
    const { invGateId } = await importOne()
    const answer = await act(s, id, 'link', { inv_gate_id: invGateId })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(await rowsOf(invGateId), [{ id, tenant_id: 2 }])
    assert.equal(await runRound(s), 'complete')
    assert.deepEqual(await rowsOf(invGateId), [{ id, tenant_id: 2 }])
  })

  it('that fails leaves the imported ticket where it is', async () => {
    const id = await parkTicket(s, { title: 'lost too' })
    const { invGateId, imported } = await importOne()
    await sql(s.database, 'RENAME TABLE operator_actions TO hidden')
    try {
      assertFailure(await act(s, id, 'link', { inv_gate_id: invGateId }), { status: 500 })
    } finally {
      await sql(s.database, 'RENAME TABLE hidden TO operator_actions')
    }
    assert.deepEqual(await rowsOf(invGateId), [imported])
    assert.equal(await stateOf(s, id), 'in_doubt')
  })
})
