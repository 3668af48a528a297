import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCaller, openSandbox } from '../invgate-caller.ts'

test('an incident goes from new to closed by a solution, and back by reopening', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const id = await invgate.create()
  const statusOf = async () => (await invgate.get(`incident?id=${id}`)).body.status_id
  const solution = { request_id: id, author_id: 1, comment: 'Put out', is_solution: 1, customer_visible: 1 }

  await invgate.post('incident.reassign', { request_id: id, author_id: 1, group_id: 5 })
  assert.equal(await statusOf(), 2)
  await invgate.post('incident.waitingfor.customer', { request_id: id })
  assert.equal(await statusOf(), 4)
  await invgate.post('incident.comment', solution)
  assert.equal(await statusOf(), 5)
  await invgate.put('incident.solution.reject', { id, comment: 'It burns again' })
  assert.equal(await statusOf(), 2)
  await invgate.post('incident.comment', solution)
  assert.deepEqual((await invgate.put(`incident.solution.accept?id=${id}&rating=5`)).body.status, 'OK')
  const closed = (await invgate.get(`incident?id=${id}`)).body
  assert.equal(closed.status_id, 6)
  assert.ok(closed.solved_at > 0 && closed.closed_at > 0)
  await invgate.put('incident.reopen', { request_id: id })
  const reopened = (await invgate.get(`incident?id=${id}`)).body
  assert.deepEqual([reopened.status_id, reopened.solved_at, reopened.closed_at], [2, null, null])
})

test('cancelling and rejecting close an incident', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  for (const [path, status] of [
    ['incident.cancel', 8],
    ['incident.reject', 7],
  ]) {
    const id = await invgate.create()
    await invgate.post(String(path), { request_id: id, author_id: 1 })
    const { body } = await invgate.get(`incident?id=${id}`)
    assert.equal(body.status_id, status)
    assert.ok(body.closed_at > 0)
  }
})

test('a change that the status does not allow is a logical fault and changes nothing', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const id = await invgate.create()
  const before = (await invgate.get(`incident?id=${id}`)).body
  for (const [path, values] of [
    ['incident.solution.accept', { id, rating: 5 }],
    ['incident.reopen', { request_id: id }],
    ['incident.reopen', { request_id: 9 }],
  ] as const) {
    const { status, body } = await invgate.put(path, values)
    assert.deepEqual([status, body.status], [200, 'ERROR'])
  }
  assert.deepEqual((await invgate.get(`incident?id=${id}`)).body, before)
})

test('a missing parameter of a change is a 428, as is a low rating without a comment', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const id = await invgate.create()
  assert.match((await invgate.put('incident.reopen')).body.error, /^request_id is required/)
  assert.equal((await invgate.post('incident.cancel', { request_id: id })).status, 428)
  assert.equal((await invgate.put('incident.solution.accept', { id, rating: 3 })).status, 428)
})
