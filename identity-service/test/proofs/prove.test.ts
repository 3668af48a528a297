import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { authorization, post, query, readToken, registered, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { factorPath, prove, secondFactorSecret, secured, wrongCode } from '../kit/second-factors.ts'
import { createTestClock } from '../kit/sessions.ts'

const clock = createTestClock()
const limit = 5
const service = await startIdentityService(
  {
    SECOND_FACTOR_SECRET: secondFactorSecret,
    PROOF_MINUTES: '10',
    GUESS_LIMIT_ACCOUNT: String(limit),
    GUESS_DELAY_SECONDS: '60',
  },
  { clock },
)
const { app } = service
after(() => service.close())

const keyRequest = { name: 'a machine', scopes: ['tickets:read'] }
/** What changes the ways in, each by its answer to somebody who may do it. */
const sensitive = {
  'begin with a second factor': (token: string) => post(app, factorPath, {}, authorization(token)),
  'ask for new recovery codes': (token: string) =>
    post(app, `${factorPath}/recovery-codes`, {}, authorization(token)),
  'make an API key': (token: string) => post(app, '/api/v1/auth/api-keys', keyRequest, authorization(token)),
  'end all other sessions': (token: string) =>
    app.inject({ method: 'DELETE', url: '/api/v1/auth/sessions', headers: authorization(token) }),
  'end a session': (token: string) =>
    app.inject({ method: 'DELETE', url: '/api/v1/auth/sessions/none', headers: authorization(token) }),
  'remove the second factor': (token: string) =>
    app.inject({ method: 'DELETE', url: factorPath, headers: authorization(token) }),
}
const required = {
  status: 403,
  code: 'proof.forbidden',
  error: 'prove who you are again: POST /api/v1/auth/prove',
}

for (const [deed, act] of Object.entries(sensitive)) {
  test(`to ${deed} takes a proof of the last minutes, by a log-in or by the password given again`, async () => {
    const { token, email, password } = await registered(app)
    clock.advance(10 * 60)
    assert.notEqual((await act(token)).statusCode, 403, 'the log-in was 10 minutes ago')
    clock.advance(1)
    assertFailure(await act(token), required)
    const answer = await prove(app, token, { password })
    assert.equal(answer.statusCode, 200, answer.body)
    const until = new Date(answer.json().data.proved_until).getTime()
    assert.equal(until, clock.now().getTime() + 10 * 60_000)
    assert.notEqual((await act(token)).statusCode, 403)
    const [other, proved] = [String((await werkLogin(app, email, password)).json().token), token]
    clock.advance(10 * 60 + 1)
    await prove(app, other, { password })
    assertFailure(await act(proved), required)
  })
}

test('a proof of an account with a second factor needs a code that was not used', async () => {
  const { token, password } = await registered(app)
  const { secret, code, recoveryCodes } = await secured(app, token, clock)
  clock.advance(15 * 60)
  const unproved = { status: 401, code: 'second_factor.unauthenticated' }
  assertFailure(await prove(app, token, { password }), unproved)
  assertFailure(await prove(app, token, { password, otp: wrongCode(secret, clock) }), unproved)
  assertFailure(await sensitive['remove the second factor'](token), required)
  const otp = code()
  assert.equal((await prove(app, token, { password, otp })).statusCode, 200)
  assertFailure(await prove(app, token, { password, otp }), unproved)
  assert.equal((await prove(app, token, { password, otp: String(recoveryCodes[0]) })).statusCode, 200)
  assert.equal((await sensitive['remove the second factor'](token)).statusCode, 200)
})

test('a wrong password proves nothing, is limited, and leaves log-ins alone', async () => {
  const { token, email, password } = await registered(app)
  clock.advance(15 * 60)
  for (let n = 0; n < limit; n += 1) {
    assertFailure(await prove(app, token, { password: 'wrong' }), {
      status: 401,
      code: 'proof.unauthenticated',
      error: 'this password is not right',
    })
  }
  assertFailure(await prove(app, token, { password }), { status: 429, code: 'proof.rate_limited' })
  assertFailure(await sensitive['make an API key'](token), required)
  assert.equal((await werkLogin(app, email, password)).statusCode, 200)
})

test('the audit tells of proofs, given and refused', async () => {
  const { token, password } = await registered(app)
  await prove(app, token, { password: 'wrong' })
  await prove(app, token, { password })
  const { uid, sid } = readToken(token).claims
  const rows = await query<{ action: string; details: string | null }[]>(
    service,
    "SELECT action, details FROM audit_entries WHERE subject = ? AND action LIKE 'proof.%' ORDER BY seq",
    [`user:${uid}`],
  )
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['proof.refused', 'proof.given'],
  )
  assert.deepEqual(JSON.parse(rows[1]?.details ?? ''), { session: sid })
})

test('a token that no log-in gave proves nothing, and does not pass', async () => {
  const { email, password } = await registered(app)
  const token = bearer({ sub: email }).authorization.slice('Bearer '.length)
  assertFailure(await prove(app, token, { password }), { status: 403, code: 'proof.forbidden' })
  for (const act of Object.values(sensitive)) assertFailure(await act(token), required)
})

test('a session that ended proves nothing any more', async () => {
  const { token, password } = await registered(app)
  await query(service, 'UPDATE sessions SET ended_at = NOW(3) WHERE id = ?', [readToken(token).claims.sid])
  assertFailure(await prove(app, token, { password }), { status: 401, code: 'token.unauthenticated' })
})
