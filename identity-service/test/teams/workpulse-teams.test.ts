import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { signToken } from '@werk/shared/test-kit/sign-token'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'
import { query, tixgoLogin } from '../kit/calls.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type Team = { id: number; name: string; member_count: number; mine: boolean }
type Member = { id: number; lead: boolean; metrics: Record<string, unknown> }

async function makeTeam(name: string, members: number[], tenant = 1): Promise<number> {
  const body = { name }
  const { id } = dataOf<Team>(await ask(app, operator.token, 'POST', '/admin/teams', { body, tenant }), 201)
  for (const member of members)
    dataOf(
      await ask(app, operator.token, 'PUT', `/admin/teams/${id}/members/${member}`, {
        body: { lead: member === members[0] },
        tenant,
      }),
    )
  return id
}

const one = await makeUser('user')
const two = await makeUser('user')
const support = await makeTeam('Support', [one.id, two.id])
const sales = await makeTeam('Sales', [two.id])

test('everybody sees the teams of the tenant, how many are in them, and which are their own', async () => {
  const answer = await ask(app, one.token, 'GET', '/api/v1/teams')
  const teams = dataOf<Team[]>(answer).map(({ id, name, member_count, mine }) => [
    id,
    name,
    member_count,
    mine,
  ])
  assert.deepEqual(teams, [
    [support, 'Support', 2, true],
    [sales, 'Sales', 1, false],
  ])
  assert.deepEqual(answer.json().meta.pagination, { has_next: false, has_prev: false, limit: 50 })
  const page = await ask(app, one.token, 'GET', '/api/v1/teams?limit=1')
  const { next_cursor } = page.json().meta.pagination
  const rest = await ask(app, one.token, 'GET', `/api/v1/teams?limit=1&cursor=${next_cursor}`)
  assert.deepEqual(
    dataOf<Team[]>(rest).map(({ id }) => id),
    [sales],
  )
})

test('a token that others signed sees its tenant’s teams as well, none of them its own', async () => {
  const token = signToken({ sub: 'machine', exp: Math.floor(Date.now() / 1000) + 60 })
  const teams = dataOf<Team[]>(await ask(app, token, 'GET', '/api/v1/teams'))
  assert.deepEqual(
    teams.map(({ mine }) => mine),
    [false, false],
  )
})

test('members come with what their sessions tell', async () => {
  await tixgoLogin(app, one.username, one.password)
  await query(
    service,
    `INSERT INTO sessions (id, user_id, dialect, created_at, proved_at, last_used_at, idle_expires_at, expires_at)
      VALUES (UUID(), ?, 'tixgo', NOW() - INTERVAL 40 DAY, NOW(), NOW() - INTERVAL 39 DAY, NOW(), NOW() - INTERVAL 10 DAY)`,
    [one.id],
  )
  await query(service, 'UPDATE sessions SET ended_at = NOW(3) WHERE user_id = ?', [two.id])
  const url = `/api/v1/teams/${support}/members`
  const [first, second] = dataOf<Member[]>(
    await ask(app, two.token, 'GET', url).then(() => ask(app, one.token, 'GET', url)),
  )
  assert.deepEqual([first?.id, first?.lead, second?.id, second?.lead], [one.id, true, two.id, false])
  const seen = Date.parse(String(first?.metrics.last_seen_at))
  assert.ok(Math.abs(Date.now() - seen) < 60_000)
  assert.deepEqual(
    { ...first?.metrics, last_seen_at: 0 },
    { last_seen_at: 0, active_sessions: 2, log_ins_30_days: 2 },
  )
  assert.deepEqual([second?.metrics.active_sessions, second?.metrics.log_ins_30_days], [0, 1])
})

test('who never logged in has nothing to tell', async () => {
  const body = { name: 'Never', username: 'never-here', role: 'user' }
  const { id } = dataOf<{ id: number }>(await ask(app, operator.token, 'POST', '/admin/users', { body }), 201)
  const team = await makeTeam('Quiet', [id])
  const [member] = dataOf<Member[]>(await ask(app, one.token, 'GET', `/api/v1/teams/${team}/members`))
  assert.deepEqual(member?.metrics, { last_seen_at: null, active_sessions: 0, log_ins_30_days: 0 })
})

test('another tenant’s team is as one that is not there', async () => {
  const tenant = await makeTenant()
  const stranger = await makeUser('user', tenant)
  const theirs = await makeTeam('Theirs', [stranger.id], tenant)
  assert.deepEqual(
    dataOf<Team[]>(await ask(app, stranger.token, 'GET', '/api/v1/teams')).map(({ id }) => id),
    [theirs],
  )
  for (const [token, id] of [
    [one.token, theirs],
    [stranger.token, support],
    [one.token, 999_999],
  ] as const)
    assertFailure(await ask(app, token, 'GET', `/api/v1/teams/${id}/members`), {
      status: 404,
      code: 'team.not_found',
      error: 'there is no such team',
    })
})
