import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer, signToken } from '@werk/shared/test-kit/sign-token'
import { post, query, readToken, registered, tixgoLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService()
const { app } = service
after(() => service.close())
await query(service, "INSERT INTO tenants (id, name) VALUES (2, 'Second')")

let made = 0
const register = (details: object = {}, headers: Record<string, string> = {}) => {
  made += 1
  return post(
    app,
    '/auth/register',
    { username: `user-${made}`, password: 'pass', role: 'committee', ...details },
    headers,
  )
}
const admin = (tenantId = 1) => bearer({ sub: 'root', role: 'admin', tenant_id: tenantId })

test('registering answers 200 with username and role, and nothing else', async () => {
  const answer = await register({ username: 'Grace' })
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json(), { username: 'Grace', role: 'committee' })
})

test('username has 3 to 50 characters, password 4 to 200', async () => {
  for (const username of ['abc', 'u'.repeat(50), '\u{1f600}'.repeat(50), '日本語']) {
    const answer = await register({ username })
    assert.deepEqual([answer.statusCode, answer.json().username], [200, username])
  }
  for (const username of ['', 'ab', '\u{1f600}'.repeat(2), 'u'.repeat(51)]) {
    assertFailure(await register({ username }), { status: 400, fields: ['username'] })
  }
  for (const password of ['1234', 'p'.repeat(200), '\u{1f600}'.repeat(200)]) {
    const username = `length-${made}`
    assert.equal((await register({ username, password })).statusCode, 200)
    assert.equal((await tixgoLogin(app, username, password)).statusCode, 200)
  }
  for (const password of ['', '123', 'p'.repeat(201)]) {
    assertFailure(await register({ password }), { status: 400, fields: ['password'] })
  }
})

test('invisible characters and white space around a username are 400', async () => {
  for (const username of [' abc', 'abc ', 'a\u0000bc', 'abc\u200b', '\u202eabc', 'a\nbc', 'abc\u3000']) {
    assertFailure(await register({ username }), { status: 400, fields: ['username'] })
  }
})

test('a taken username is 409, in any case and Unicode form', async () => {
  for (const [first, second] of [
    ['Taken', 'tAKEN'],
    ['caf\u00e9', 'CAFE\u0301'],
    ['full-width', '\uff46ull-width'],
  ]) {
    assert.equal((await register({ username: first })).statusCode, 200)
    assertFailure(await register({ username: second }), {
      status: 409,
      code: 'account.taken',
      fields: ['username'],
    })
  }
})

test("a username cannot be another account's e-mail, nor an e-mail another's username: 409", async () => {
  await registered(app, { email: 'mine@example.com' })
  for (const username of ['mine@example.com', 'MINE@Example.com', '\uff4dine@example.com']) {
    assertFailure(await register({ username }), { status: 409, code: 'account.taken' })
  }
  assert.equal((await register({ username: 'theirs@example.com' })).statusCode, 200)
  const poser = { name: 'A', lastname: 'B', email: 'Theirs@example.com', password: 'x' }
  assertFailure(await post(app, '/api/auth/register', poser), { status: 409 })
})

test('a role that cannot register itself is 403, one that does not exist 400', async () => {
  for (const role of ['admin', 'agent', 'vendor']) {
    assertFailure(await register({ role }), { status: 403, code: 'account.forbidden', fields: ['role'] })
  }
  for (const role of ['root', 'Admin', 'committee ', '', null, 1, ['committee'], undefined]) {
    assertFailure(await register({ role }), { status: 400, code: 'request.invalid', fields: ['role'] })
  }
})

test('SELF_REGISTRATION_ROLES opens a role', async () => {
  const open = await startIdentityService({ SELF_REGISTRATION_ROLES: 'user, committee, admin' })
  try {
    const payload = { username: 'tixgo-admin', password: 'pass', role: 'admin' }
    assert.deepEqual((await post(open.app, '/auth/register', payload)).json(), {
      username: 'tixgo-admin',
      role: 'admin',
    })
    assertFailure(await post(open.app, '/auth/register', { ...payload, username: 'v', role: 'vendor' }), {
      status: 400,
    })
    assertFailure(await post(open.app, '/auth/register', { ...payload, username: 'ven', role: 'vendor' }), {
      status: 403,
    })
  } finally {
    await open.close()
  }
})

test('an admin registers accounts of any role', async () => {
  for (const role of ['committee', 'admin', 'agent', 'vendor']) {
    const answer = await register({ role }, admin())
    assert.deepEqual([answer.statusCode, answer.json().role], [200, role])
  }
})

test('nobody but an admin does, and no forged, expired or foreign token makes an admin', async () => {
  const exp = Math.floor(Date.now() / 1000)
  const tokens = [
    signToken({ sub: 'root', role: 'admin', exp: exp - 60 }),
    signToken(
      { sub: 'root', role: 'admin', exp: exp + 60 },
      { secret: 'another secret, of 32 bytes or more' },
    ),
    signToken({ sub: 'root', role: 'admin', exp: exp + 60 }, { header: { alg: 'none' } }),
    signToken({ sub: 'root', role: 'admin', exp: exp + 60, iss: 'somebody' }),
  ]
  for (const token of tokens) {
    const answer = await register({ role: 'admin' }, { authorization: `Bearer ${token}` })
    assert.ok([401, 403].includes(answer.statusCode), answer.body)
  }
  for (const role of ['user', 'agent', 'committee', 'vendor']) {
    assertFailure(await register({ role: 'admin' }, bearer({ sub: 'x', role })), { status: 403 })
  }
})

test('an admin registers in the own tenant, and of other tenants only the operator', async () => {
  const tenantOf = async (username: string) => {
    const { claims } = readToken((await tixgoLogin(app, username, 'pass')).json().access_token)
    return claims.tenant_id
  }
  assert.equal((await register({ username: 'in-own', role: 'agent' }, admin(2))).statusCode, 200)
  assert.equal(await tenantOf('in-own'), 2)
  assert.equal(
    (await register({ username: 'by-operator', role: 'agent' }, { ...admin(), 'x-tenant-id': '2' }))
      .statusCode,
    200,
  )
  assert.equal(await tenantOf('by-operator'), 2)
  for (const role of ['agent', 'admin', 'committee']) {
    const answer = await register({ role }, { ...admin(2), 'x-tenant-id': '1' })
    assertFailure(answer, { status: 403, code: 'tenant.forbidden' })
  }
})

test('an unknown or inactive tenant is 403, a malformed one 400, in both dialects', async () => {
  await query(service, "INSERT INTO tenants (id, name, active) VALUES (3, 'Closed', 0)")
  const werk = { name: 'A', lastname: 'B', email: 'tenant@example.com', password: 'x' }
  for (const [tenant, status] of [
    ['3', 403],
    ['999', 403],
    ['0', 400],
    ['x', 400],
    ['-1', 400],
    ['1.0', 400],
    ['99999999999999999999', 400],
  ] as const) {
    const headers = { 'x-tenant-id': tenant }
    assertFailure(await register({}, headers), { status })
    assertFailure(await post(app, '/api/auth/register', werk, headers), { status })
  }
  assertFailure(await register({}, { ...admin(), 'x-tenant-id': '999' }), { status: 403 })
  assertFailure(await register({}, admin(999)), { status: 403 })
})
