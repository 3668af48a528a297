import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCaller, openSandbox } from '../invgate-caller.ts'

test('ids[] answers an object keyed by id that leaves unknown ids out', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const [first, second] = [await invgate.create(), await invgate.create({ title: 'Second' })]
  const { status, body } = await invgate.get(`incidents?ids[]=${first}&ids[]=${second}&ids[]=9`)
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), [String(first), String(second)])
  assert.equal(body[second].title, 'Second')
  assert.deepEqual(Object.keys((await invgate.get(`incidents?ids[]=${first}`)).body), [String(first)])
})

test('a comma list, or no list, is a 428', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  for (const query of ['ids=1,2', 'ids[]=1,2', '']) {
    const { status, body } = await invgate.get(`incidents?${query}`)
    assert.equal(status, 428)
    assert.match(body.error, /^ids/)
  }
})

test('an unknown incident is HTTP 200 with status ERROR', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const { status, body } = await invgate.get('incident?id=9')
  assert.equal(status, 200)
  assert.equal(body.status, 'ERROR')
  assert.equal(typeof body.info, 'string')
})

test('dates are epoch seconds, and ISO 8601 when asked for', async (t) => {
  const invgate = createCaller(await openSandbox(t, { clock: () => 1_700_000_000_999 }))
  const id = await invgate.create()
  assert.equal((await invgate.get(`incident?id=${id}`)).body.created_at, 1_700_000_000)
  const iso = (await invgate.get(`incident?id=${id}&date_format=iso8601`)).body
  assert.equal(iso.created_at, '2023-11-14T22:13:20+00:00')
  assert.equal(iso.solved_at, null)
  assert.equal((await invgate.get(`incident?id=${id}&date_format=mine`)).status, 428)
})
