import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createCaller, openSandbox } from '../invgate-caller.ts'

const person = { name: 'Ada', lastname: 'Example', email: 'ada@example.test' }

test('a new user is answered with an id and found by e-mail and username, regardless of case', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  const { status, body } = await invgate.post('user', { ...person, username: 'ada', is_external: 1 })
  assert.equal(status, 200)
  assert.deepEqual(body, { ...person, id: body.id, username: 'ada', other_email: null, is_external: true })
  for (const query of ['email=ADA@example.test', 'username=Ada']) {
    assert.deepEqual((await invgate.get(`user.by?${query}`)).body, body)
  }
})

test('a taken e-mail or username is a logical fault and adds nobody', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  await invgate.post('user', { ...person, username: 'ada' })
  for (const second of [
    { ...person, email: 'Ada@Example.test' },
    { ...person, email: 'other@example.test', username: 'ADA' },
  ]) {
    const { status, body } = await invgate.post('user', second)
    assert.deepEqual([status, body.status], [200, 'ERROR'])
  }
  assert.equal((await sandbox.control.users()).length, 2)
})

test('a password that is sent is kept nowhere', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const persistFile = join(folder, 'state.json')
  const sandbox = await openSandbox(t, { persistFile })
  const { body } = await createCaller(sandbox).post('user', { ...person, pass: 'pass-phrase' })
  assert.equal('pass' in body, false)
  const state = await readFile(persistFile, 'utf8')
  assert.match(state, /ada@example/)
  assert.doesNotMatch(state, /pass-phrase/)
})

test('a missing or malformed parameter is a 428, an unknown person a logical fault', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  for (const name of Object.keys(person)) {
    const { status, body } = await invgate.post('user', { ...person, [name]: undefined })
    assert.deepEqual([status, body.error], [428, `${name} is required`])
  }
  assert.equal((await invgate.post('user', { ...person, email: 'ada' })).status, 428)
  assert.equal((await invgate.get('user.by')).status, 428)
  assert.equal((await invgate.get('user.by?email=nobody@example.test')).body.status, 'ERROR')
})
