import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from '@werk/shared/database/migration-connection'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'
import { act, actionsOn, parkTicket, raise, stateOf } from './parked-tickets.ts'

test('a link whose incident another ticket gets at that moment answers 409, and the intent waits for an operator again', async () => {
  const s = await startTicketService()
  const rival = await connect(s.database.url)
  try {
    assert.equal((await raise(s, { title: 'a model' })).statusCode, 201)
    const id = await parkTicket(s, { title: 'contested', when: 'after' })
    const incident = (await s.sandbox.control.incidents()).find(({ title }) => title === 'contested')
    const invGateId = incident?.id ?? 0
    await rival.query('START TRANSACTION')
    await rival.query('CREATE TEMPORARY TABLE rival SELECT * FROM tickets LIMIT 1')
    await rival.query('UPDATE rival SET id = ?, inv_gate_id = ?', ['rival', invGateId])
    await rival.query('INSERT INTO tickets SELECT * FROM rival')

    const linking = act(s, id, 'link', { inv_gate_id: invGateId })
    await eventually(async () => assert.equal(await stateOf(s, id), 'created'))
    await rival.query('COMMIT')
    assertFailure(await linking, { status: 409, code: 'incident.taken' })
    assert.deepEqual(
      await sql(
        s.database,
        `SELECT state, inv_gate_id, YEAR(available_at) AS due FROM ticket_intents WHERE id = '${id}'`,
      ),
      [{ state: 'in_doubt', inv_gate_id: null, due: 9999 }],
    )
    assert.deepEqual(
      (await actionsOn(s, id)).map(({ action }) => action),
      ['link', 'link_refused'],
    )
  } finally {
    await rival.end()
    await s.close()
  }
})
