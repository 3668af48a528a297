import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { authorization, post, query, readToken, registered, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import {
  codeOf,
  confirm,
  enrolled,
  factorPath,
  secondFactorSecret,
  secured,
  wrongCode,
} from '../kit/second-factors.ts'
import { createTestClock, get } from '../kit/sessions.ts'

const clock = createTestClock()
const service = await startIdentityService({ SECOND_FACTOR_SECRET: secondFactorSecret }, { clock })
const { app } = service
after(() => service.close())

const state = async (token: string) => (await get(app, factorPath, token)).json().data
const remove = (token: string) =>
  app.inject({ method: 'DELETE', url: factorPath, headers: authorization(token) })
const renewCodes = (token: string) => post(app, `${factorPath}/recovery-codes`, {}, authorization(token))

test('a beginning gives the secret as text, as an address for apps and as a picture of that', async () => {
  const { token, email } = await registered(app)
  const answer = await post(app, factorPath, {}, authorization(token))
  const { secret, otpauth_uri: uri, qr_svg: svg } = answer.json().data
  assert.match(secret, /^[A-Z2-7]{32}$/)
  const { protocol, host, pathname, searchParams } = new URL(uri)
  assert.deepEqual([protocol, host], ['otpauth:', 'totp'])
  assert.equal(decodeURIComponent(pathname), `/Werk Ticketing:${email}`)
  assert.equal(searchParams.get('secret'), secret)
  assert.match(svg, /^<svg [^>]+>.*<\/svg>\s*$/s)
})

test('until it is confirmed it asks for nothing, and a new beginning replaces it', async () => {
  const { token, email, password } = await registered(app)
  const first = await enrolled(app, token)
  const second = await enrolled(app, token)
  assert.equal((await werkLogin(app, email, password)).statusCode, 200)
  assert.deepEqual(await state(token), { active: false, recovery_codes_left: 0 })
  assertFailure(await confirm(app, token, codeOf(first, clock)), {
    status: 400,
    code: 'second_factor.invalid',
    fields: ['otp'],
  })
  assert.equal((await confirm(app, token, codeOf(second, clock))).statusCode, 200)
  assert.deepEqual(await state(token), { active: true, recovery_codes_left: 10 })
})

test('a wrong code confirms nothing', async () => {
  const { token } = await registered(app)
  const secret = await enrolled(app, token)
  for (const otp of [wrongCode(secret, clock), '12345', 'k7mzq2', codeOf(secret, clock, -2)]) {
    assertFailure(await confirm(app, token, otp), { status: 400, code: 'second_factor.invalid' })
  }
  assert.equal((await state(token)).active, false)
})

test('what is not there is not found, and what is in force is not begun or confirmed again', async () => {
  const { token } = await registered(app)
  const missing = { status: 404, code: 'second_factor.not_found' }
  assertFailure(await confirm(app, token, '123456'), missing)
  assertFailure(await renewCodes(token), missing)
  assertFailure(await remove(token), missing)
  const { code } = await secured(app, token, clock)
  const inForce = { status: 409, code: 'second_factor.conflict' }
  assertFailure(await post(app, factorPath, {}, authorization(token)), inForce)
  assertFailure(await confirm(app, token, code()), inForce)
})

test('of two confirmations at once one gives the recovery codes', async () => {
  const { token } = await registered(app)
  const secret = await enrolled(app, token)
  const answers = await Promise.all([1, 2, 3].map(() => confirm(app, token, codeOf(secret, clock))))
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 409, 409])
  assert.equal((await state(token)).recovery_codes_left, 10)
})

test('a beginning and a confirmation at once leave one secret in force, and not one that nobody confirmed', async () => {
  const { token, email, password } = await registered(app)
  const secret = await enrolled(app, token)
  const [confirmed, begun] = await Promise.all([
    confirm(app, token, codeOf(secret, clock, -1)),
    post(app, factorPath, {}, authorization(token)),
  ])
  const asked = await werkLogin(app, email, password)
  if (confirmed.statusCode === 200) {
    assert.equal(asked.statusCode, 401)
    const otp = codeOf(secret, clock)
    assert.equal((await post(app, '/api/auth/login', { email, password, otp })).statusCode, 200)
  } else {
    assert.equal(begun.statusCode, 200)
    assert.equal(asked.statusCode, 200)
  }
})

test('neither secrets nor recovery codes can be read from the database', async () => {
  const { token } = await registered(app)
  const { secret, recoveryCodes } = await secured(app, token, clock)
  assert.equal(new Set(recoveryCodes).size, 10)
  for (const code of recoveryCodes) assert.match(code, /^([a-z2-7]{6}-){3}[a-z2-7]{6}$/)
  const uid = readToken(token).claims.uid
  const [row] = await query<{ secret: Buffer }[]>(
    service,
    'SELECT secret FROM second_factors WHERE user_id = ?',
    [uid],
  )
  assert.equal(row?.secret.length, 12 + 16 + 20)
  const audit = await query<{ action: string; details: string | null }[]>(
    service,
    'SELECT action, details FROM audit_entries WHERE subject = ? ORDER BY seq',
    [`user:${uid}`],
  )
  const actions = audit.map(({ action }) => action)
  assert.deepEqual(actions.slice(-2), ['second_factor.enrolled', 'second_factor.confirmed'])
  const hashes = await query<object[]>(service, 'SELECT * FROM recovery_codes WHERE user_id = ?', [uid])
  const kept = JSON.stringify([audit, hashes]) + service.logLines.join('')
  for (const known of [secret, ...recoveryCodes]) assert.equal(kept.includes(known), false)
})

test('new recovery codes put the earlier ones out of use', async () => {
  const { token, email, password } = await registered(app)
  const { recoveryCodes } = await secured(app, token, clock)
  const renewed: string[] = (await renewCodes(token)).json().data.recovery_codes
  assert.equal(renewed.length, 10)
  const withCode = (otp = '') => post(app, '/api/auth/login', { email, password, otp })
  assert.equal((await withCode(recoveryCodes[0])).statusCode, 401)
  assert.equal((await withCode(renewed[0])).statusCode, 200)
  assert.deepEqual(await state(token), { active: true, recovery_codes_left: 9 })
})

test('after the removal the password is enough again', async () => {
  const { token, email, password } = await registered(app)
  await secured(app, token, clock)
  assert.equal((await werkLogin(app, email, password)).statusCode, 401)
  assert.equal((await remove(token)).statusCode, 200)
  assert.equal((await werkLogin(app, email, password)).statusCode, 200)
  assert.deepEqual(await state(token), { active: false, recovery_codes_left: 0 })
})

test('a token of nobody who has an account here has no second factor', async () => {
  assertFailure(await app.inject({ url: factorPath, headers: bearer({ sub: 'elsewhere@example.com' }) }), {
    status: 401,
    code: 'token.unauthenticated',
  })
})

test('without its secret the service begins none, and where it is another one only recovery codes let in', async (t) => {
  const bare = await startIdentityService({}, { clock })
  t.after(() => bare.close())
  const { token } = await registered(bare.app)
  const unavailable = { status: 503, code: 'second_factor.unavailable' }
  assertFailure(await post(bare.app, factorPath, {}, authorization(token)), unavailable)

  const changed = await startIdentityService(
    { SECOND_FACTOR_SECRET: `another ${secondFactorSecret}`, DATABASE_URL: service.database.url },
    { clock },
  )
  t.after(() => changed.close())
  const { email, password, token: known } = await registered(app)
  const { code, recoveryCodes } = await secured(app, known, clock)
  const withCode = (otp = '') => post(changed.app, '/api/auth/login', { email, password, otp })
  assertFailure(await withCode(code()), unavailable)
  assert.equal((await withCode(recoveryCodes[0])).statusCode, 200)
})
