import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { signToken } from '@werk/shared/test-kit/sign-token'
import { authorization, post, query, readToken, registered, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { secondFactorSecret, secured } from '../kit/second-factors.ts'

const service = await startIdentityService({
  GUESS_LIMIT_ACCOUNT: '5',
  GUESS_DELAY_SECONDS: '300',
  SECOND_FACTOR_SECRET: secondFactorSecret,
})
const { app } = service
after(() => service.close())

const change = (token: string, current: string, renewed: string) =>
  post(
    app,
    '/api/v1/auth/password/change',
    { current_password: current, new_password: renewed },
    authorization(token),
  )
const me = (token: string) => app.inject({ url: '/auth/me', headers: authorization(token) })

test('a new password works at once, the old one no more, and all other sessions end', async () => {
  const { email, password, token } = await registered(app)
  const other = String((await werkLogin(app, email, password)).json().token)
  const answer = await change(token, password, 'another password')
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().data, null)
  assert.equal((await me(token)).statusCode, 200)
  assert.equal((await me(other)).statusCode, 401)
  assert.equal((await werkLogin(app, email, password)).statusCode, 401)
  assert.equal((await werkLogin(app, email, 'another password')).statusCode, 200)

  const { uid, sid } = readToken(other).claims
  const [ended] = await query<object[]>(
    service,
    "SELECT end_reason, (SELECT COUNT(*) FROM feed_entries WHERE entity = 'ended_session' AND entity_id = sessions.id) AS told FROM sessions WHERE id = ?",
    [sid],
  )
  assert.deepEqual(ended, { end_reason: 'password changed', told: 1 })
  const audited = await query<object[]>(
    service,
    "SELECT actor_id, details FROM audit_entries WHERE action = 'password.changed' AND subject = ?",
    [`user:${uid}`],
  )
  assert.deepEqual(audited, [{ actor_id: uid, details: '{"sessions_ended":1}' }])
})

test('a wrong current password changes nothing, is audited, and can be guessed as rarely as at a log-in', async () => {
  const { email, password, token } = await registered(app)
  const { uid } = readToken(token).claims
  for (let n = 0; n < 5; n += 1) {
    assertFailure(await change(token, 'wrong', 'another password'), {
      status: 400,
      code: 'current_password.invalid',
      fields: ['current_password'],
    })
  }
  const late = await change(token, password, 'another password')
  assertFailure(late, { status: 429, code: 'proof.rate_limited' })
  const [audited] = await query<{ refusals: number }[]>(
    service,
    "SELECT COUNT(*) AS refusals FROM audit_entries WHERE action = 'proof.refused' AND subject = ?",
    [`user:${uid}`],
  )
  assert.equal(audited?.refusals, 5)
  // Somebody who has a stolen token must not lock the owner out.
  assert.equal((await werkLogin(app, email, password)).statusCode, 200)
})

test('of two changes at once one wins, and the password is its', async () => {
  const { email, password, token } = await registered(app)
  const renewed = ['first new password', 'second new password']
  const answers = await Promise.all(renewed.map((one) => change(token, password, one)))
  const won = renewed.filter((_, n) => answers[n]?.statusCode === 200)
  assert.equal(won.length, 1, JSON.stringify(answers.map(({ statusCode }) => statusCode)))
  assert.equal((await werkLogin(app, email, String(won[0]))).statusCode, 200)
})

test('it asks for 8 characters, and for a token', async () => {
  const { password, token } = await registered(app)
  const short = await change(token, password, '1234567')
  assertFailure(short, { status: 400, code: 'password.invalid', fields: ['new_password'] })
  const anonymous = { current_password: password, new_password: 'another password' }
  assertFailure(await post(app, '/api/v1/auth/password/change', anonymous), { status: 401 })
})

test('a token of no session changes the password too, and all sessions end', async () => {
  const { email, password, token } = await registered(app)
  const foreign = signToken({ sub: email, exp: Math.floor(Date.now() / 1000) + 60 })
  assert.equal((await change(foreign, password, 'another password')).statusCode, 200)
  assert.equal((await me(token)).statusCode, 401)
})

test('an account with a second factor gives a code as well', async () => {
  const { password, token } = await registered(app)
  const { code } = await secured(app, token, { now: () => new Date() })
  const given = { current_password: password, new_password: 'another password' }
  const path = '/api/v1/auth/password/change'
  const without = await post(app, path, given, authorization(token))
  assertFailure(without, { status: 401, code: 'second_factor.unauthenticated' })
  const changed = await post(app, path, { ...given, otp: code() }, authorization(token))
  assert.equal(changed.statusCode, 200, changed.body)
})
