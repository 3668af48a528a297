import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'
import { query } from '../kit/calls.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type Team = { id: number; name: string; member_count: number; mine: boolean; tenant_id: number }
const admin = (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, parts = {}) =>
  ask(app, operator.token, method, `/admin/teams${path}`, parts)
const make = async (name: string, parts = {}) =>
  dataOf<Team>(await admin('POST', '', { body: { name }, ...parts }), 201)
const feedOf = async (id: number) => {
  const [entry] = await query<{ payload: string | null }[]>(
    service,
    "SELECT payload FROM feed_entries WHERE entity = 'team' AND entity_id = ?",
    [String(id)],
  )
  return JSON.parse(entry?.payload ?? 'null')
}

test('a team is made, renamed, listed and removed, and the feed follows', async () => {
  const team = await make('Support')
  assert.deepEqual([team.name, team.member_count, team.mine, team.tenant_id], ['Support', 0, false, 1])
  assert.deepEqual(await feedOf(team.id), { id: team.id, tenant_id: 1, name: 'Support', members: [] })
  const renamed = dataOf<Team>(await admin('PATCH', `/${team.id}`, { body: { name: 'First line' } }))
  assert.equal(renamed.name, 'First line')
  assert.deepEqual(dataOf<Team[]>(await admin('GET', '?limit=100')).at(-1), renamed)
  assert.equal(dataOf(await admin('DELETE', `/${team.id}`)), null)
  assert.equal(await feedOf(team.id), null)
  assertFailure(await admin('DELETE', `/${team.id}`), { status: 404, code: 'team.not_found' })
})

test('members come, lead and go; a user is in a team once', async () => {
  const team = await make('Members')
  const one = await makeUser('agent')
  const two = await makeUser('user')
  const put = (id: number, body?: object) => admin('PUT', `/${team.id}/members/${id}`, body && { body })
  assert.equal(dataOf<Team>(await put(one.id)).member_count, 1)
  dataOf(await put(one.id, { lead: true }))
  await Promise.all(Array.from({ length: 5 }, () => put(two.id)))
  assert.deepEqual((await feedOf(team.id)).members, [
    { user_id: one.id, lead: true },
    { user_id: two.id, lead: false },
  ])
  assert.equal(dataOf(await admin('DELETE', `/${team.id}/members/${one.id}`)), null)
  assertFailure(await admin('DELETE', `/${team.id}/members/${one.id}`), {
    status: 404,
    code: 'team_member.not_found',
  })
  assert.deepEqual((await feedOf(team.id)).members, [{ user_id: two.id, lead: false }])
  dataOf(await admin('DELETE', `/${team.id}`))
  assert.equal((await ask(app, two.token, 'GET', '/api/v1/profile')).statusCode, 200, 'its members stay')
})

test('a name is one team’s in its tenant', async () => {
  const team = await make('Taken')
  const other = await make('Other')
  assertFailure(await admin('POST', '', { body: { name: 'Taken' } }), { status: 409, code: 'team.taken' })
  assertFailure(await admin('PATCH', `/${other.id}`, { body: { name: 'Taken' } }), { status: 409 })
  assert.equal(dataOf<Team>(await admin('PATCH', `/${team.id}`, { body: { name: 'Taken' } })).name, 'Taken')
  const tenant = await makeTenant()
  assert.equal((await make('Taken', { tenant })).tenant_id, tenant)
  for (const name of ['', ' ', 'x'.repeat(101), 7])
    assertFailure(await admin('POST', '', { body: { name } }), { status: 400, fields: ['name'] })
})

test('a user of another tenant cannot be a member', async () => {
  const team = await make('Closed')
  const stranger = await makeUser('user', await makeTenant())
  const missing = await admin('PUT', `/${team.id}/members/999999999`)
  const foreign = await admin('PUT', `/${team.id}/members/${stranger.id}`)
  const failures = [missing, foreign].map((answer) =>
    assertFailure(answer, { status: 404, code: 'user.not_found' }),
  )
  assert.deepEqual({ ...failures[0], meta: null }, { ...failures[1], meta: null })
})

test('the same Idempotency-Key makes one team', async () => {
  const headers = { 'idempotency-key': 'one-team' }
  const first = await admin('POST', '', { body: { name: 'Once' }, headers })
  const again = await admin('POST', '', { body: { name: 'Once' }, headers })
  assert.deepEqual([first.statusCode, again.statusCode, again.body], [201, 201, first.body])
})
