import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { person, post, query, readToken, registered } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { get, setCookie } from '../kit/sessions.ts'

const service = await startIdentityService()
const { app } = service
after(() => service.close())
const register = (payload: object, headers = {}) => post(app, '/api/v1/auth/register', payload, headers)

test('registering answers 201 as logging in does, in the envelope, and is not kept by caches', async () => {
  const who = person()
  const answer = await register(who)
  assert.equal(answer.statusCode, 201, answer.body)
  assert.equal(answer.headers['cache-control'], 'no-store')
  const { data, ...rest } = answer.json()
  assert.deepEqual([rest.ok, rest.success, rest.error, rest.errors], [true, true, null, null])
  const { access_token, refresh_token, user, ...terms } = data
  assert.deepEqual(terms, { token_type: 'bearer', expires_in: 900 })
  assert.match(refresh_token, /^wrt_[\w-]{43}$/)
  const { id, ...person_ } = user
  assert.equal(id, readToken(access_token).claims.uid)
  const { name, lastname, email } = who
  assert.deepEqual(person_, { name, lastname, email, username: null, role: 'user', tenant_id: 1, teams: [] })
  assert.equal(setCookie(answer)?.value, refresh_token)
})

test('the lastname may be left out', async () => {
  const { lastname, ...who } = person()
  assert.ok(lastname)
  const answer = await register(who)
  assert.equal(answer.statusCode, 201)
  assert.equal(answer.json().data.user.lastname, '')
})

test('a password has at least 8 characters, and each wrong field is named', async () => {
  assertFailure(await register(person({ password: '7 chars' })), { status: 400, fields: ['password'] })
  assert.equal((await register(person({ password: '8 chars.' }))).statusCode, 201)
  assertFailure(await register({}), { status: 400, fields: ['name', 'email', 'password'] })
  assertFailure(await register(person({ email: 'nobody' })), { status: 400, fields: ['email'] })
})

test('an e-mail that Werk registered is taken here, too', async () => {
  const { email } = await registered(app)
  assertFailure(await register(person({ email })), { status: 409, code: 'account.taken', fields: ['email'] })
})

test('nobody chooses role, id or tenant in the body', async () => {
  const answer = await register({ ...person(), role: 'admin', id: 1, tenant_id: 2, username: 'root' })
  const { role, tenant_id, username } = answer.json().data.user
  assert.deepEqual([role, tenant_id, username], ['user', 1, null])
})

test('a repeated Idempotency-Key answers the same to the byte, and opens one session', async () => {
  const who = person()
  const headers = { 'idempotency-key': 'register-once' }
  const [first, second] = [await register(who, headers), await register(who, headers)]
  assert.equal(second.statusCode, 201)
  assert.equal(second.body, first.body)
  assert.equal(second.headers['idempotency-replayed'], 'true')
  const { access_token, user } = first.json().data
  const [row] = await query<{ n: number }[]>(
    service,
    'SELECT COUNT(*) AS n FROM sessions WHERE user_id = ?',
    [user.id],
  )
  assert.equal(row?.n, 1)
  assert.equal((await get(app, '/api/v1/auth/me', access_token)).statusCode, 200)
})
