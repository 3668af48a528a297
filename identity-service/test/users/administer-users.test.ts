import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { roles } from '@werk/shared/auth/principal'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { ask, dataOf, logIn, startAdministeredService } from '../kit/administration.ts'
import { query, tixgoLogin, werkLogin } from '../kit/calls.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type User = {
  id: number
  name: string
  lastname: string
  email: string | null
  username: string | null
  role: string
  active: boolean
  tenant_id: number
  invgate_id: number | null
  last_login_at: string | null
}
const make = (body: object, headers = {}) =>
  ask(app, operator.token, 'POST', '/admin/users', { body, headers })
const change = (id: number, body: object, token = operator.token) =>
  ask(app, token, 'PATCH', `/admin/users/${id}`, { body })
const feedOf = async (id: number) => {
  const [entry] = await query<{ payload: string }[]>(
    service,
    "SELECT payload FROM feed_entries WHERE entity = 'user' AND entity_id = ?",
    [String(id)],
  )
  return JSON.parse(entry?.payload ?? 'null')
}

for (const role of roles) {
  test(`an admin makes an account with the role ${role}, which logs in by e-mail and username`, async () => {
    const body = {
      name: 'Ada',
      lastname: 'Lovelace',
      email: `ada.${role}@example.com`,
      username: `ada-${role}`,
      password: 'correct horse',
      role,
    }
    const user = dataOf<User>(await make(body), 201)
    const { password, ...rest } = body
    assert.deepEqual({ ...user, ...rest }, user)
    assert.deepEqual([user.tenant_id, user.active, user.last_login_at], [1, true, null])
    assert.equal((await werkLogin(app, body.email, password)).statusCode, 200)
    assert.equal((await tixgoLogin(app, body.username, password)).statusCode, 200)
    const found = dataOf<User>(await ask(app, operator.token, 'GET', `/admin/users/${user.id}`))
    assert.notEqual(found.last_login_at, null)
    assert.equal((await feedOf(user.id)).role, role)
  })
}

test('an account with an e-mail has its user in InvGate', async () => {
  const user = dataOf<User>(
    await make({ name: 'In', email: 'in.invgate@example.com', password: 'correct horse', role: 'agent' }),
    201,
  )
  assert.ok(Number(user.invgate_id) > 0)
})

test('an account may be made inactive, and without a password: nobody logs in', async () => {
  const off = { name: 'Off', username: 'off-duty', password: 'correct horse', role: 'user', active: false }
  assert.equal(dataOf<User>(await make(off), 201).active, false)
  assertFailure(await tixgoLogin(app, 'off-duty', 'correct horse'), { status: 401 })
  dataOf(await make({ name: 'None', email: 'none@example.com', role: 'user' }), 201)
  assertFailure(await werkLogin(app, 'none@example.com', 'x'), { status: 401 })
})

test('what is wrong with a new account is said by field', async () => {
  const good = { name: 'Ada', username: 'ada-good', password: 'correct horse', role: 'user' }
  const cases: [object, string[]][] = [
    [{ ...good, name: '' }, ['name']],
    [{ ...good, role: 'god' }, ['role']],
    [{ ...good, username: undefined }, ['email']],
    [{ ...good, email: 'nobody' }, ['email']],
    [{ ...good, username: 'a\u200bb c' }, ['username']],
    [{ ...good, password: 'short' }, ['password']],
    [{ ...good, lastname: 'x'.repeat(101) }, ['lastname']],
    [{ ...good, active: 'no' }, ['active']],
  ]
  for (const [body, fields] of cases) assertFailure(await make(body), { status: 400, fields })
})

test('a taken name is 409 and says which', async () => {
  const body = {
    name: 'Twin',
    email: 'twin@example.com',
    username: 'twin-1',
    password: 'correct horse',
    role: 'user',
  }
  dataOf(await make(body), 201)
  assertFailure(await make({ ...body, email: 'TWIN@example.com', username: 'twin-2' }), {
    status: 409,
    fields: ['email'],
  })
  assertFailure(await make({ ...body, email: 'twin.2@example.com' }), { status: 409, fields: ['username'] })
})

test('the same Idempotency-Key makes one account', async () => {
  const headers = { 'idempotency-key': 'one-account' }
  const body = { name: 'Once', username: 'only-once', password: 'correct horse', role: 'user' }
  const first = await make(body, headers)
  const again = await make(body, headers)
  assert.equal(first.statusCode, 201, first.body)
  assert.deepEqual([again.statusCode, again.body], [201, first.body])
})

test('the list finds part of a name, e-mail or username in any case, by role and activity, page by page', async () => {
  const tenant = await makeTenant()
  const list = async (filter: string) => {
    const answer = await ask(app, operator.token, 'GET', `/admin/users?${filter}`, { tenant })
    return { ids: dataOf<User[]>(answer).map(({ id }) => id), page: answer.json().meta.pagination }
  }
  const people = []
  for (const [name, role] of [
    ['Ünsal', 'user'],
    ['100%_sure', 'agent'],
    ['Zoe', 'user'],
  ] as const)
    people.push((await makeUser(role, tenant, { name })).id)
  assert.deepEqual((await list('q=%C3%BCNSAL')).ids, [people[0]])
  assert.deepEqual((await list('q=HOPPER')).ids, people)
  assert.deepEqual((await list('q=%25_')).ids, [people[1]], '% and _ are what they are')
  assert.deepEqual((await list('q=GRACE-&role=user')).ids, [people[0], people[2]])
  await ask(app, operator.token, 'PATCH', `/admin/users/${people[2]}`, { body: { active: false }, tenant })
  assert.deepEqual((await list('active=false')).ids, [people[2]])
  assert.deepEqual((await list('active=true')).ids, people.slice(0, 2))
  const first = await list('limit=2')
  assert.deepEqual([first.ids, first.page.has_next], [people.slice(0, 2), true])
  const second = await list(`limit=2&cursor=${first.page.next_cursor}`)
  assert.deepEqual([second.ids, second.page.has_next, second.page.has_prev], [[people[2]], false, true])
  for (const wrong of ['limit=0', 'limit=101', 'cursor=x', 'role=god', 'active=perhaps'])
    assertFailure(await ask(app, operator.token, 'GET', `/admin/users?${wrong}`), { status: 400 })
})

for (const [what, body] of [
  ['role', { role: 'agent' }],
  ['activity', { active: false }],
] as const) {
  test(`a change of the ${what} ends every session at once, and the audit says why`, async () => {
    const person = await makeUser('user')
    const other = String((await tixgoLogin(app, person.username, person.password)).json().access_token)
    const changed = dataOf<User>(await change(person.id, body))
    assert.deepEqual({ ...changed, ...body }, changed)
    for (const token of [person.token, other])
      assertFailure(await ask(app, token, 'GET', '/api/v1/profile'), { status: 401 })
    const rows = await query<{ end_reason: string }[]>(
      service,
      'SELECT end_reason FROM sessions WHERE user_id = ?',
      [person.id],
    )
    assert.deepEqual(
      rows.map(({ end_reason }) => end_reason),
      ['account changed', 'account changed'],
    )
    assert.deepEqual({ ...(await feedOf(person.id)), ...body }, await feedOf(person.id))
    const [ended] = await query<{ count: number }[]>(
      service,
      `SELECT COUNT(*) AS count FROM feed_entries f JOIN sessions s ON s.id = f.entity_id
        WHERE f.entity = 'ended_session' AND s.user_id = ?`,
      [person.id],
    )
    assert.equal(ended?.count, 2)
    const login = await tixgoLogin(app, person.username, person.password)
    assert.equal(login.statusCode, what === 'role' ? 200 : 401)
  })
}

test('a change of the name, or to what is already, ends no session', async () => {
  const person = await makeUser('user')
  const body = { name: 'Grete', lastname: '', role: 'user', active: true }
  assert.equal(dataOf<User>(await change(person.id, body)).name, 'Grete')
  assert.equal((await ask(app, person.token, 'GET', '/api/v1/profile')).statusCode, 200)
  for (const wrong of [{ email: 'new@example.com' }, {}, { role: null }])
    assertFailure(await change(person.id, wrong), { status: 400 })
})

test('an admin ends all sessions of an account', async () => {
  const person = await makeUser('user')
  const end = () => ask(app, operator.token, 'POST', `/admin/users/${person.id}/sessions/end`)
  assert.deepEqual(dataOf(await end()), { ended: 1 })
  assertFailure(await ask(app, person.token, 'GET', '/api/v1/profile'), { status: 401 })
  assert.deepEqual(dataOf(await end()), { ended: 0 })
})

test('an admin cannot deactivate itself, by token of ours', async () => {
  const { id, token } = await makeUser('admin')
  assertFailure(await change(id, { active: false }, token), { status: 409, code: 'user.conflict' })
  assert.equal((await ask(app, token, 'GET', '/api/v1/profile')).statusCode, 200)
})

test('of tenant 1’s admins one stays active, also when they demote each other at once', async () => {
  const admins = dataOf<User[]>(await ask(app, operator.token, 'GET', '/admin/users?role=admin&active=true'))
  const own = admins.find(({ email }) => email === operator.email)
  for (const { id } of admins) if (id !== own?.id) dataOf(await change(id, { role: 'user' }))
  assertFailure(await change(Number(own?.id), { role: 'user' }), { status: 409, code: 'user.conflict' })

  const rivals = [await makeUser('admin'), await makeUser('admin'), await makeUser('admin')]
  const ids = [...rivals.map(({ id }) => id), Number(own?.id)]
  const answers = await Promise.all(ids.map((id) => change(id, { role: 'agent' })))
  const statuses = answers.map(({ statusCode }) => statusCode)
  assert.ok(
    statuses.every((status) => [200, 401, 403, 409].includes(status)),
    String(statuses),
  )
  const left = await query<{ id: number }[]>(
    service,
    "SELECT id FROM users WHERE tenant_id = 1 AND role = 'admin' AND active",
  )
  assert.ok(left.length >= 1)
  await query(service, "UPDATE users SET role = 'admin' WHERE email = ?", [operator.email])
  operator.token = await logIn(app, operator.email, operator.password)
})

test('another tenant may be left without an admin', async () => {
  const tenant = await makeTenant()
  const { id } = await makeUser('admin', tenant)
  const answer = await ask(app, operator.token, 'PATCH', `/admin/users/${id}`, {
    body: { role: 'user' },
    tenant,
  })
  assert.equal(dataOf<User>(answer).role, 'user')
})

test('names come back as they went in', async () => {
  for (const name of ["O'Brien", 'Zoë 👩‍🚀', '<script>alert(1)</script>', '\u202Eabc', '{{7*7}}', '田中']) {
    const person = await makeUser('user', 1, { name })
    assert.equal(dataOf<User>(await change(person.id, { lastname: name })).lastname, name)
    assert.equal(dataOf<User>(await ask(app, operator.token, 'GET', `/admin/users/${person.id}`)).name, name)
  }
})
