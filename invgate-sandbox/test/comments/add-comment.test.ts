import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCaller, openSandbox } from '../invgate-caller.ts'

test('a comment is answered without an id and read back with files, visibility and number', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const id = await invgate.create()
  const form = new FormData()
  const values = { request_id: String(id), author_id: '7', comment: 'See the log', customer_visible: '0' }
  for (const [name, value] of Object.entries(values)) form.append(name, value)
  form.append('attachments[]', new File(['log'], 'app.log'))
  assert.deepEqual(Object.keys((await invgate.post('incident.comment', form)).body), ['status', 'info'])
  await invgate.post('incident.comment', { request_id: id, author_id: 8, comment: 'Thanks' })

  const [first, second] = (await invgate.get(`incident.comment?request_id=${id}`)).body
  assert.deepEqual(
    [first.message, first.author_id, first.customer_visible, first.msg_num, first.incident_id],
    ['See the log', 7, false, 1, id],
  )
  assert.equal((await invgate.get(`incident.attachment?id=${first.attached_files[0]}`)).body.name, 'app.log')
  assert.deepEqual([second.message, second.customer_visible, second.msg_num], ['Thanks', true, 2])
  assert.deepEqual((await invgate.get(`incident?id=${id}&comments=1`)).body.comments, [first, second])
})

test('a comment on an unknown incident is a logical fault and keeps nothing', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  const id = await invgate.create()
  const { status, body } = await invgate.post('incident.comment', {
    request_id: 9,
    author_id: 1,
    comment: 'x',
  })
  assert.deepEqual([status, body.status], [200, 'ERROR'])
  assert.equal((await invgate.post('incident.comment', { request_id: id, author_id: 1 })).status, 428)
  assert.deepEqual((await invgate.get(`incident.comment?request_id=${id}`)).body, [])
  assert.equal((await invgate.get('incident.comment?request_id=9')).body.status, 'ERROR')
})

test('an internal comment cannot be a solution', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const id = await invgate.create()
  const comment = { request_id: id, author_id: 1, comment: 'x', is_solution: true, customer_visible: 0 }
  assert.equal((await invgate.post('incident.comment', comment)).status, 409)
  assert.equal((await invgate.get(`incident?id=${id}`)).body.status_id, 1)
})
