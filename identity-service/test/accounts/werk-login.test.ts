import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { post, query, readToken, registered, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService()
const { app } = service
after(() => service.close())

test('logging in answers 200 as registering does, with a session of its own', async () => {
  const who = await registered(app)
  const answer = await werkLogin(app, who.email, who.password)
  assert.equal(answer.statusCode, 200)
  const { token, ...rest } = answer.json()
  assert.deepEqual(rest, { name: who.name, lastname: who.lastname, email: who.email })
  const [first, second] = [readToken(who.token).claims, readToken(token).claims]
  assert.equal(second.uid, first.uid)
  assert.equal(second.sub, who.email)
  assert.equal(Number(second.exp) - Number(second.iat), 86_400)
  assert.notEqual(second.sid, first.sid)
})

test('the e-mail works in any case and Unicode form, and comes back as it was registered', async () => {
  const { password } = await registered(app, { email: 'Jos\u00e9@Form.Example' })
  for (const email of ['jos\u00e9@form.example', 'JOSE\u0301@FORM.EXAMPLE', '\uff4aos\u00e9@form.example']) {
    const answer = await werkLogin(app, email, password)
    assert.equal(answer.statusCode, 200, email)
    assert.equal(answer.json().email, 'Jos\u00e9@Form.Example')
  }
})

test('a wrong password and an unknown e-mail answer alike: 401 invalid email or password', async () => {
  const { email } = await registered(app)
  await query(service, 'UPDATE users SET active = 0 WHERE email = ?', [(await registered(app)).email])
  const answers = [
    await werkLogin(app, email, 'wrong'),
    await werkLogin(app, 'nobody@example.com', 'wrong'),
    await werkLogin(app, 'no e-mail at all', 'wrong'),
    await werkLogin(app, "' OR 1=1 -- ", 'wrong'),
  ]
  const comparable = answers.map((answer) => {
    const { meta, ...body } = assertFailure(answer, {
      status: 401,
      code: 'credentials.unauthenticated',
      error: 'invalid email or password',
      fields: null,
    })
    const { date, 'x-request-id': id, ...headers } = answer.headers
    assert.ok(date && id && meta)
    return { body, headers }
  })
  for (const other of comparable) assert.deepEqual(other, comparable[0])
})

test('a deactivated account answers as an unknown one, with its right password too', async () => {
  const who = await registered(app)
  await query(service, 'UPDATE users SET active = 0 WHERE email = ?', [who.email])
  assertFailure(await werkLogin(app, who.email, who.password), {
    status: 401,
    error: 'invalid email or password',
  })
})

test('an account of an inactive tenant is 403, but only to who knows the password', async () => {
  await query(service, "INSERT INTO tenants (id, name, active) VALUES (7, 'Closing', 1)")
  const who = await registered(app, {}, { 'x-tenant-id': '7' })
  await query(service, 'UPDATE tenants SET active = 0 WHERE id = 7')
  assertFailure(await werkLogin(app, who.email, who.password), { status: 403, code: 'tenant.forbidden' })
  assertFailure(await werkLogin(app, who.email, 'wrong'), { status: 401 })
})

test('missing, mistyped and over-long fields are 400 by name', async () => {
  const login = (payload: object) => post(app, '/api/auth/login', payload)
  assertFailure(await login({}), { status: 400, fields: ['email', 'password'] })
  assertFailure(await login({ email: 1, password: null }), { status: 400, fields: ['email', 'password'] })
  assertFailure(await login({ email: { $ne: '' }, password: ['x'] }), {
    status: 400,
    fields: ['email', 'password'],
  })
  assertFailure(await login({ email: 'e'.repeat(191), password: 'p' }), { status: 400, fields: ['email'] })
  assertFailure(await login({ email: 'a@b.c', password: 'p'.repeat(1001) }), {
    status: 400,
    fields: ['password'],
  })
})

test('an unknown e-mail takes as long as a wrong password: both are hashed', async () => {
  const slow = await startIdentityService({ PASSWORD_HASH_COST: '10' })
  try {
    const { email } = await registered(slow.app)
    const times = { known: [] as number[], unknown: [] as number[] }
    for (let n = 0; n < 7; n += 1) {
      for (const [kind, name] of [
        ['known', email] as const,
        ['unknown', `nobody.${n}@example.com`] as const,
      ]) {
        const started = performance.now()
        await werkLogin(slow.app, name, 'wrong')
        times[kind].push(performance.now() - started)
      }
    }
    const median = (values: number[]) => values.sort((a, b) => a - b)[3] ?? 0
    const ratio = median(times.unknown) / median(times.known)
    assert.ok(ratio > 0.5 && ratio < 2, `unknown / known = ${ratio}`)
  } finally {
    await slow.close()
  }
})
