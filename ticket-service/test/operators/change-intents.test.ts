import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { act, actionsOn, mara, parkTicket, raise, setIntent, stateOf } from './parked-tickets.ts'

describe('changing a ticket in doubt', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  beforeEach(() => s.sandbox.control.clearFaults())
  after(() => s.close())

  const incidentsTitled = async (title: string) =>
    (await s.sandbox.control.incidents()).filter((incident) => incident.title === title)
  const theIncident = async (title: string) => {
    const [incident] = await incidentsTitled(title)
    assert.ok(incident)
    return incident.id
  }
  const bodies = { link: { inv_gate_id: 1 }, resend: {}, drop: { reason: 'x' } }

  it('resend: InvGate gets it once, the ticket is stored, and it is known who wanted it', async () => {
    const id = await parkTicket(s, { title: 'again', state: 'failed' })
    const answer = await act(s, id, 'resend')
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().data.state, 'received')
    assert.equal(answer.json().data.parked, false)
    await eventually(async () => assert.equal(await stateOf(s, id), null))
    const [ticket] = await sql(s.database, `SELECT inv_gate_id FROM tickets WHERE id = '${id}'`)
    assert.equal(ticket?.inv_gate_id, await theIncident('again'))
    assert.equal((await incidentsTitled('again')).length, 1)
    assert.deepEqual(await actionsOn(s, id), [
      { actor: 'ada@example.com', action: 'resend', detail: 'was failed' },
    ])
  })

  it('of many operators at once one is heard', async () => {
    const id = await parkTicket(s, { title: 'contended' })
    const answers = await Promise.all(Array.from({ length: 8 }, () => act(s, id, 'resend')))
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
    for (const { statusCode } of answers) assert.ok([200, 404, 409].includes(statusCode), String(statusCode))
    await eventually(async () => assert.equal(await stateOf(s, id), null))
    assert.equal((await incidentsTitled('contended')).length, 1)
    assert.equal((await actionsOn(s, id)).length, 1)
  })

  it('drop: the intent and its files are gone and its Idempotency-Key is free, the reason stays', async () => {
    const ticket = { title: 'unwanted', key: 'drop-1' }
    const id = await parkTicket(s, ticket)
    assert.notDeepEqual(await filesBelow(`${s.folder}/uploads/staging`), [])
    assertFailure(await raise(s, ticket), { status: 409, code: 'idempotency.conflict' })
    const answer = await act(s, id, 'drop', { reason: 'raised by mistake' })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().data, null)
    assert.equal(await stateOf(s, id), null)
    assert.deepEqual(await filesBelow(`${s.folder}/uploads/staging`), [])
    assert.deepEqual(await actionsOn(s, id), [
      { actor: 'ada@example.com', action: 'drop', detail: 'raised by mistake' },
    ])
    assert.equal((await raise(s, ticket)).statusCode, 201)
    assert.equal((await incidentsTitled('unwanted')).length, 1)
  })

  it('drop wants a reason', async () => {
    const id = await parkTicket(s, { title: 'reasons' })
    for (const reason of [undefined, '', '  ', 'x'.repeat(501)])
      assertFailure(await act(s, id, 'drop', { reason }), { status: 400, fields: ['reason'] })
    assert.equal((await act(s, id, 'drop', { reason: '🖨'.repeat(500) })).statusCode, 200)
  })

  it('link: the ticket is stored as that incident, with its files, and the retried request gets its 201', async () => {
    const ticket = { title: 'found by hand', when: 'after', key: 'link-1' } as const
    const id = await parkTicket(s, ticket)
    const invGateId = await theIncident('found by hand')
    const answer = await act(s, id, 'link', { inv_gate_id: invGateId })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(answer.json().data, { ticket_id: id, inv_gate_id: invGateId })
    assert.equal(await stateOf(s, id), null)
    const detail = (await s.app.inject({ url: `/api/tickets/${invGateId}`, headers: mara })).json()
    assert.equal(detail.title, 'found by hand')
    const download = await s.app.inject({ url: detail.attachments[0].url, headers: mara })
    assert.equal(download.body, 'content')
    assert.deepEqual(await actionsOn(s, id), [
      { actor: 'ada@example.com', action: 'link', detail: `InvGate's incident ${invGateId}` },
    ])
    const again = await raise(s, ticket)
    assert.equal(again.statusCode, 201)
    assert.equal(again.json().id, invGateId)
    assert.equal(again.headers['idempotency-replayed'], 'true')
  })

  it('link refuses an incident that InvGate does not have, or has of another customer', async () => {
    const id = await parkTicket(s, { title: 'lost' })
    const other = bearer({ sub: 'eve@example.com', tenant_id: 2, invgate_id: 78 })
    assert.equal((await raise(s, { title: "somebody else's", caller: other })).statusCode, 201)
    for (const invGateId of [99_999, await theIncident("somebody else's")]) {
      const error = `InvGate has no incident ${invGateId} of customer 77`
      const failure = assertFailure(await act(s, id, 'link', { inv_gate_id: invGateId }), {
        status: 404,
        code: 'incident.not_found',
        error,
      })
      assert.deepEqual(failure.errors, { inv_gate_id: [error] })
    }
    assert.equal(await stateOf(s, id), 'in_doubt')
    assert.deepEqual(await actionsOn(s, id), [])
  })

  it('link refuses an incident of another ticket or intent', async () => {
    const id = await parkTicket(s, { title: 'twin' })
    const stored = (await raise(s, { title: 'twin' })).json().id
    const other = await parkTicket(s, { title: 'its twin', when: 'after' })
    const found = await theIncident('its twin')
    await setIntent(s, other, `state = 'created', inv_gate_id = ${found}, payload = '{}'`)
    for (const invGateId of [stored, found]) {
      const refused = await act(s, id, 'link', { inv_gate_id: invGateId })
      assertFailure(refused, { status: 409, code: 'incident.taken', fields: ['inv_gate_id'] })
    }
    assert.equal(await stateOf(s, id), 'in_doubt')
    assert.deepEqual(await actionsOn(s, id), [])
  })

  it("link answers InvGate's failure in the contract's words and changes nothing", async () => {
    const id = await parkTicket(s, { title: 'deaf' })
    const body = { error: 'Gone fishing', status: 428 }
    await s.sandbox.control.setFaults([
      { route: 'GET incident', fault: { type: 'status', status: 428, body } },
    ])
    const expected = { status: 502, error: 'armmada error: Gone fishing' }
    assertFailure(await act(s, id, 'link', { inv_gate_id: 5 }), expected)
    assert.equal(await stateOf(s, id), 'in_doubt')
  })

  it('an intent that the workers have answers 409 with Retry-After to every operation, and stays as it is', async () => {
    const id = await parkTicket(s, { title: 'busy' })
    for (const state of ['received', 'sending', 'created', 'in_doubt']) {
      await setIntent(s, id, `state = '${state}', available_at = NOW(3) + INTERVAL 60 SECOND`)
      for (const [action, body] of Object.entries(bodies)) {
        const answer = await act(s, id, action, body)
        assertFailure(answer, { status: 409, code: 'intent.conflict', fields: null })
        const seconds = Number(answer.headers['retry-after'])
        assert.ok(seconds > 30 && seconds <= 60, String(seconds))
      }
      assert.equal(await stateOf(s, id), state)
    }
    assert.deepEqual(await actionsOn(s, id), [])
  })

  it('an intent that changes hands while InvGate is asked is not overtaken', async () => {
    const id = await parkTicket(s, { title: 'slow', when: 'after' })
    const invGateId = await theIncident('slow')
    const asked = async () =>
      (await s.sandbox.control.requests()).filter(({ route }) => route === 'GET incident').length
    const before = await asked()
    await s.sandbox.control.setFaults([{ route: 'GET incident', fault: { type: 'latency', ms: 1000 } }])
    const linking = act(s, id, 'link', { inv_gate_id: invGateId })
    await eventually(async () => assert.ok((await asked()) > before))
    await setIntent(s, id, 'available_at = NOW(3) + INTERVAL 60 SECOND')
    assertFailure(await linking, { status: 409, code: 'intent.conflict' })
    assert.equal(await stateOf(s, id), 'in_doubt')
    assert.deepEqual(await actionsOn(s, id), [])
  })

  it('a change that cannot be recorded does not happen', async () => {
    const id = await parkTicket(s, { title: 'unrecorded', when: 'after' })
    const invGateId = await theIncident('unrecorded')
    await sql(s.database, 'RENAME TABLE operator_actions TO hidden')
    try {
      for (const [action, body] of Object.entries({ ...bodies, link: { inv_gate_id: invGateId } }))
        assertFailure(await act(s, id, action, body), { status: 500 })
    } finally {
      await sql(s.database, 'RENAME TABLE hidden TO operator_actions')
    }
    assert.equal(await stateOf(s, id), 'in_doubt')
  })
})
