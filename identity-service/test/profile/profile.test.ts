import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'
import { query } from '../kit/calls.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type Profile = Record<string, unknown> & { name: string; lastname: string; teams: { name: string }[] }
const path = '/api/v1/profile'
const look = async (token: string) => dataOf<Profile>(await ask(app, token, 'GET', path))
const change = (token: string, body: object) => ask(app, token, 'PATCH', path, { body })

test('a profile has every field that contract 4 and the brief of the client name', async () => {
  const tenant = await makeTenant()
  const person = await makeUser('agent', tenant)
  const body = { name: 'Support' }
  const team = dataOf<{ id: number }>(
    await ask(app, operator.token, 'POST', '/admin/teams', { body, tenant }),
    201,
  )
  dataOf(await ask(app, operator.token, 'PUT', `/admin/teams/${team.id}/members/${person.id}`, { tenant }))
  const { created_at, last_login_at, ...profile } = await look(person.token)
  assert.deepEqual(profile, {
    id: person.id,
    name: 'Grace',
    lastname: 'Hopper',
    email: null,
    username: person.username,
    role: 'agent',
    tenant_id: tenant,
    teams: [{ id: team.id, name: 'Support' }],
  })
  for (const time of [created_at, last_login_at])
    assert.ok(Math.abs(Date.now() - Date.parse(String(time))) < 60_000)
})

test('name and lastname change, one of them leaves the other, and feed and audit know', async () => {
  const person = await makeUser('user')
  const first = dataOf<Profile>(await change(person.token, { name: 'Zoë 👩‍🚀', lastname: "O'Brien" }))
  assert.deepEqual([first.name, first.lastname], ['Zoë 👩‍🚀', "O'Brien"])
  const second = dataOf<Profile>(await change(person.token, { lastname: '' }))
  assert.deepEqual([second.name, second.lastname], ['Zoë 👩‍🚀', ''])
  assert.deepEqual(await look(person.token), second)
  const [entry] = await query<{ payload: string }[]>(
    service,
    "SELECT payload FROM feed_entries WHERE entity = 'user' AND entity_id = ?",
    [String(person.id)],
  )
  assert.equal(JSON.parse(entry?.payload ?? '').name, 'Zoë 👩‍🚀')
  const audit = await ask(
    app,
    operator.token,
    'GET',
    `/admin/audit?action=profile.changed&subject=user:${person.id}`,
  )
  assert.equal(dataOf<unknown[]>(audit).length, 2)
})

test('anything else is refused by its name, and nothing changes', async () => {
  const person = await makeUser('user')
  const before = await look(person.token)
  for (const [field, value] of Object.entries({
    email: 'me@example.com',
    role: 'admin',
    tenant_id: 2,
    username: 'root',
    id: 1,
    active: true,
  })) {
    const failure = assertFailure(await change(person.token, { name: 'Mallory', [field]: value }), {
      status: 400,
      code: 'profile.invalid',
      fields: [field],
    })
    assert.match(failure.message, /cannot be changed here, only name and lastname$/)
  }
  for (const body of [{ name: '' }, { name: 'x'.repeat(101) }, { lastname: 7 }, { name: null }])
    assertFailure(await change(person.token, body), { status: 400 })
  assert.deepEqual(await look(person.token), before)
})

test('without a token there is no profile', async () => {
  assertFailure(await app.inject({ url: path }), { status: 401, error: 'missing authorization header' })
})
