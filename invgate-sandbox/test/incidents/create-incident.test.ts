import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCaller, openSandbox, ticket, ticketForm } from '../invgate-caller.ts'

const { customer_id: customerId, ...sameNames } = ticket

test('POST incidents answers 201 with the whole ticket', async (t) => {
  const invgate = createCaller(await openSandbox(t, { clock: () => 1_700_000_000_500 }))
  const { status, body } = await invgate.post('incidents', { ...ticket, source_id: 2 })
  assert.equal(status, 201)
  assert.deepEqual(body, {
    ...sameNames,
    id: body.id,
    pretty_id: `#${body.id}`,
    user_id: customerId,
    source_id: 2,
    status_id: 1,
    location_id: null,
    assigned_id: null,
    assigned_group_id: null,
    date_ocurred: 1_700_000_000,
    created_at: 1_700_000_000,
    last_update: 1_700_000_000,
    solved_at: null,
    closed_at: null,
    attachments: [],
  })
})

test('POST incident answers 200 with nothing but status, info and request_id', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const { status, body } = await invgate.post('incident', ticket)
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), ['status', 'info', 'request_id'])
  const read = await invgate.get(`incident?id=${body.request_id}`)
  assert.equal(read.body.title, ticket.title)
})

test('JSON, form-urlencoded and multipart make the same incident', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  for (const body of [ticket, new URLSearchParams(ticketText()), ticketForm()]) {
    const answer = await invgate.post('incidents', body)
    assert.equal(answer.status, 201)
    for (const [name, value] of Object.entries(sameNames)) assert.equal(answer.body[name], value, name)
    assert.equal(answer.body.user_id, customerId)
  }
})

test('each missing parameter is a 428 that names it', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  for (const path of ['incident', 'incidents']) {
    for (const name of Object.keys(ticket)) {
      const { status, body } = await invgate.post(path, { ...ticket, [name]: undefined })
      assert.equal(status, 428)
      assert.deepEqual(body, { error: `${name} is required`, status: 428 })
    }
  }
  assert.deepEqual(await sandbox.control.incidents(), [])
})

test('a mistyped parameter is a 428, and text is no int in JSON', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const wrong = [
    { ...ticket, type_id: '1' },
    { ...ticket, type_id: 1.5 },
    { ...ticket, title: 7 },
    { ...ticket, title: '' },
    ticketForm([], { type_id: 'one' }),
    new URLSearchParams({ ...ticketText(), type_id: '' }),
  ]
  for (const body of wrong) {
    const answer = await invgate.post('incident', body)
    assert.equal(answer.status, 428)
    assert.match(answer.body.error, /^(type_id|title) must/)
  }
})

test('an instance without POST incidents refuses it with 404 or 405 and still takes POST incident', async (t) => {
  const sandbox = await openSandbox(t, { createShape: 'incident-only' })
  const invgate = createCaller(sandbox)
  assert.equal((await invgate.post('incidents', ticket)).status, 404)
  await sandbox.control.settings({ refusal_status: 405 })
  assert.equal((await invgate.post('incidents', ticketForm())).status, 405)
  assert.equal((await sandbox.control.incidents()).length, 0)
  assert.equal((await invgate.post('incident', ticket)).status, 200)
  await sandbox.control.settings({ create_shape: 'both' })
  assert.equal((await invgate.post('incidents', ticket)).status, 201)
})

function ticketText(): Record<string, string> {
  return Object.fromEntries(Object.entries(ticket).map(([name, value]) => [name, String(value)]))
}
