import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import {
  authorization,
  person,
  post,
  query,
  readToken,
  registered,
  registeredUsername,
  werkLogin,
} from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { codeOf, secondFactorSecret, secured, wrongCode } from '../kit/second-factors.ts'
import { createTestClock } from '../kit/sessions.ts'

const clock = createTestClock()
const limit = 5
const service = await startIdentityService(
  {
    SECOND_FACTOR_SECRET: secondFactorSecret,
    GUESS_LIMIT_ACCOUNT: String(limit),
    // Longer than any test takes: an attempt that had to wait is told so, however slow the machine is.
    GUESS_DELAY_SECONDS: '60',
  },
  { clock },
)
const { app } = service
after(() => service.close())
beforeEach(() => clock.advance(120))

type Given = { email: string; password: string; otp?: string }
const dialects = {
  Werk: (given: Given, on = app) => post(on, '/api/auth/login', given),
  TixGo: ({ email: username, ...rest }: Given, on = app) => post(on, '/auth/login', { username, ...rest }),
  WorkPulse: (given: Given, on = app) => post(on, '/api/v1/auth/login', given),
}
const werk = dialects.Werk

/** Somebody new with a second factor in force. */
async function careful() {
  const { email, password, token } = await registered(app)
  return { credentials: { email, password }, token, ...(await secured(app, token, clock)) }
}

const required = {
  status: 401,
  code: 'second_factor.unauthenticated',
  error: 'a one-time code is required',
}
const refused = {
  status: 401,
  code: 'second_factor.unauthenticated',
  error: 'this one-time code is not right or was used before',
}

for (const [dialect, logIn] of Object.entries(dialects)) {
  test(`${dialect}: a log-in needs the password and then a code`, async () => {
    const { credentials, secret, code } = await careful()
    const plain = await registered(app)
    const { email, password } = plain
    const known = { email: credentials.email, password: 'wrong' }
    const otp = code()
    const wrong = await logIn({ ...known, otp })
    assertFailure(wrong, { status: 401, code: 'credentials.unauthenticated' })
    const ofPlain = await logIn({ email, password: 'wrong', otp })
    assert.equal(wrong.json().error, ofPlain.json().error, 'a wrong password does not tell of the factor')

    assertFailure(await logIn(credentials), required)
    assertFailure(await logIn({ ...credentials, otp: ' ' }), required)
    assertFailure(await logIn({ ...credentials, otp: wrongCode(secret, clock) }), refused)
    const answer = await logIn({ ...credentials, otp: `${otp.slice(0, 3)} ${otp.slice(3)}` })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal((await logIn({ email, password, otp: '123456' })).statusCode, 200, 'who has none needs none')
  })
}

test('an account without an e-mail has a second factor as well', async () => {
  const { username, password } = await registeredUsername(app)
  const signIn = (otp?: string) => post(app, '/auth/login', { username, password, ...(otp && { otp }) })
  const token = String((await signIn()).json().access_token)
  const { code } = await secured(app, token, clock)
  assertFailure(await signIn(), required)
  assert.equal((await signIn(code())).statusCode, 200)
})

test('a code works in its time step and in those beside it, to the second', async () => {
  const { credentials, secret, token } = await careful()
  const uid = readToken(token).claims.uid
  const forget = () => query(service, 'UPDATE second_factors SET last_step = 0 WHERE user_id = ?', [uid])
  const untilStep = () => 30 - (Math.floor(clock.now().getTime() / 1000) % 30)
  clock.advance(untilStep())
  for (const second of [0, 29]) {
    for (const steps of [-2, -1, 0, 1, 2]) {
      await forget()
      const { statusCode } = await werk({ ...credentials, otp: codeOf(secret, clock, steps) })
      assert.equal(statusCode, Math.abs(steps) <= 1 ? 200 : 401, `second ${second}, ${steps} steps away`)
    }
    clock.advance(29)
  }
})

test('a code works once, and after it no earlier one', async () => {
  const { credentials, code } = await careful()
  const [before, now, next] = [code(-1), code(), code(1)]
  assert.equal((await werk({ ...credentials, otp: now })).statusCode, 200)
  for (const otp of [now, before]) assertFailure(await werk({ ...credentials, otp }), refused)
  assert.equal((await werk({ ...credentials, otp: next })).statusCode, 200)
  assertFailure(await werk({ ...credentials, otp: next }), refused)
})

test('the code that confirmed the factor does not log in', async () => {
  const { credentials, code } = await careful()
  assertFailure(await werk({ ...credentials, otp: code(-1) }), refused)
})

test('of 20 log-ins at once with one code, over two replicas, one passes', async (t) => {
  const unlimited = await startIdentityService(
    { SECOND_FACTOR_SECRET: secondFactorSecret, DATABASE_URL: service.database.url },
    { clock },
  )
  const replica = await unlimited.startReplica()
  t.after(async () => {
    await replica.close()
    await unlimited.close()
  })
  const { credentials, code, recoveryCodes } = await careful()
  for (const otp of [code(), String(recoveryCodes[0])]) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        werk({ ...credentials, otp }, n % 2 === 0 ? unlimited.app : replica),
      ),
    )
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
    for (const answer of answers) if (answer.statusCode !== 200) assertFailure(answer, refused)
  }
})

test('a recovery code works once, however it is typed, and the audit tells of it', async () => {
  const { credentials, recoveryCodes, token } = await careful()
  const [first = '', second = ''] = recoveryCodes
  assert.equal((await werk({ ...credentials, otp: ` ${first.toUpperCase()} ` })).statusCode, 200)
  assertFailure(await werk({ ...credentials, otp: first }), refused)
  assert.equal((await werk({ ...credentials, otp: second.replaceAll('-', '') })).statusCode, 200)
  const used = await query<object[]>(
    service,
    "SELECT seq FROM audit_entries WHERE subject = ? AND action = 'second_factor.recovery_code_used'",
    [`user:${readToken(token).claims.uid}`],
  )
  assert.equal(used.length, 2)
})

test("another account's codes do not work", async () => {
  const [one, other] = [await careful(), await careful()]
  for (const otp of [other.code(), String(other.recoveryCodes[0])])
    assertFailure(await werk({ ...one.credentials, otp }), refused)
})

test('guesses at the code are limited, and the right password in between does not begin anew', async () => {
  const { credentials, secret, code, token } = await careful()
  const otp = wrongCode(secret, clock)
  for (let n = 0; n < limit; n += 1) {
    assertFailure(await werk({ ...credentials, otp }), refused)
    assertFailure(await werk(credentials), required)
  }
  const answer = await dialects.WorkPulse({ ...credentials, otp: code() })
  assertFailure(answer, { status: 429, code: 'second_factor.rate_limited' })
  assert.ok(Number(answer.headers['retry-after']) > 0)
  const refusals = await query<object[]>(
    service,
    "SELECT seq FROM audit_entries WHERE subject = ? AND action = 'second_factor.refused'",
    [`user:${readToken(token).claims.uid}`],
  )
  assert.equal(refusals.length, limit)
})

test('guesses at once over two replicas stay within the limit exactly', async (t) => {
  const replica = await service.startReplica()
  t.after(() => replica.close())
  const { credentials, secret } = await careful()
  const guess = (n: number) =>
    werk({ ...credentials, otp: wrongCode(secret, clock) }, n % 2 === 0 ? app : replica)
  // Never so many at once that the passwords have to wait: they are right, and it is the codes that are counted here.
  const waves = []
  for (let wave = 0; wave < 20; wave += 1) {
    waves.push(await Promise.all([1, 2, 3, 4].map(guess)))
  }
  const codes = waves.flat().map((answer) => String(answer.json().code))
  assert.equal(codes.filter((code) => code === 'second_factor.unauthenticated').length, limit)
  assert.equal(codes.filter((code) => code === 'second_factor.rate_limited').length, codes.length - limit)
})

test('a right code ends the count', async () => {
  const { credentials, secret, code } = await careful()
  const otp = wrongCode(secret, clock)
  for (let n = 1; n < limit; n += 1) assertFailure(await werk({ ...credentials, otp }), refused)
  assert.equal((await werk({ ...credentials, otp: code() })).statusCode, 200)
  for (let n = 1; n < limit; n += 1) assertFailure(await werk({ ...credentials, otp }), refused)
})

test('a registration through WorkPulse can begin with a second factor at once', async () => {
  const who = person()
  const answer = await post(app, '/api/v1/auth/register', who)
  const token = String(answer.json().data.access_token)
  await secured(app, token, clock)
  assertFailure(await werkLogin(app, who.email, who.password), required)
  assert.equal((await app.inject({ url: '/api/v1/auth/me', headers: authorization(token) })).statusCode, 200)
})
