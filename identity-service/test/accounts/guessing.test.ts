import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { post, query, registered, registeredUsername, tixgoLogin, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const limit = 5
const service = await startIdentityService({
  GUESS_LIMIT_ACCOUNT: String(limit),
  // So that no delay ends while a test runs.
  GUESS_DELAY_SECONDS: '300',
  DATABASE_POOL_SIZE: '10',
})
const { app } = service
after(() => service.close())

async function assertHasToWait(guess: () => ReturnType<typeof post>): Promise<void> {
  const answer = await guess()
  assertFailure(answer, { status: 429, code: 'login.rate_limited' })
  const seconds = Number(answer.headers['retry-after'])
  assert.ok(seconds > 290 && seconds <= 300, `retry-after: ${seconds}`)
}

test('guesses at one account are limited, however its name is written and whichever dialect asks', async () => {
  const who = await registered(app, { email: 'guess.me@example.com' })
  const spellings = ['guess.me@example.com', 'GUESS.ME@example.com', '\uff47uess.me@example.com']
  for (let n = 0; n < limit; n += 1) {
    const spelling = String(spellings[n % spellings.length])
    const answer = await (n % 2 === 0
      ? werkLogin(app, spelling, 'wrong')
      : tixgoLogin(app, spelling, 'wrong'))
    assert.equal(answer.statusCode, 401)
  }
  for (const spelling of [
    ...spellings,
    'guess.me@example.com ',
    'guess.me@example.com\u3000',
    'guess.me@example.com    ',
  ]) {
    await assertHasToWait(() => werkLogin(app, spelling, who.password))
    await assertHasToWait(() => tixgoLogin(app, spelling, who.password))
    await assertHasToWait(() => post(app, '/api/v1/auth/login', { email: spelling, password: who.password }))
  }
})

test('fields that the dialect does not have do not make another account of it', async () => {
  const { username, password } = await registeredUsername(app)
  const { email, password: other } = await registered(app)
  for (let n = 0; n < limit; n += 1) {
    await post(app, '/auth/login', { username, password: 'wrong', email: `other-${n}@example.com` })
    await post(app, '/api/auth/login', { email, password: 'wrong', username: `other-${n}` })
  }
  await assertHasToWait(() => post(app, '/auth/login', { username, password, email: 'another@example.com' }))
  await assertHasToWait(() => post(app, '/api/auth/login', { email, password: other, username: 'another' }))
})

test('a name that nobody has is limited like one that somebody has', async () => {
  const ghost = 'nobody.has.this@example.com'
  for (let n = 0; n < limit; n += 1) assert.equal((await werkLogin(app, ghost, 'wrong')).statusCode, 401)
  await assertHasToWait(() => werkLogin(app, ghost, 'wrong'))
})

test('other accounts are not touched', async () => {
  const [victim, other] = [await registered(app), await registered(app)]
  for (let n = 0; n <= limit; n += 1) await werkLogin(app, victim.email, 'wrong')
  assert.equal((await werkLogin(app, other.email, other.password)).statusCode, 200)
})

test('a right password makes the account begin anew', async () => {
  const { email, password } = await registered(app)
  for (let round = 0; round < 3; round += 1) {
    for (let n = 1; n < limit; n += 1) assert.equal((await werkLogin(app, email, 'wrong')).statusCode, 401)
    assert.equal((await werkLogin(app, email, password)).statusCode, 200)
  }
})

test('each further failure doubles the delay, up to 15 minutes; an hour after the last one all are forgotten', async () => {
  const { email, password } = await registered(app)
  await query(service, 'DELETE FROM guesses')
  for (let n = 0; n < limit; n += 1) await werkLogin(app, email, 'wrong')
  const theWaitIsOver = () => query(service, 'UPDATE guesses SET blocked_until = NOW(3)')
  for (const seconds of [600, 900, 900]) {
    await theWaitIsOver()
    assert.equal((await werkLogin(app, email, 'wrong')).statusCode, 401)
    const answer = await werkLogin(app, email, password)
    assert.equal(answer.statusCode, 429)
    const left = Number(answer.headers['retry-after'])
    assert.ok(left > seconds - 10 && left <= seconds, `${left} of ${seconds}`)
  }
  await theWaitIsOver()
  await query(service, 'UPDATE guesses SET expires_at = NOW(3)')
  for (let n = 0; n < limit; n += 1) assert.equal((await werkLogin(app, email, 'wrong')).statusCode, 401)
  assert.equal((await werkLogin(app, email, 'wrong')).statusCode, 429)
})

test('200 guesses at once over two replicas stay within the limit exactly, whatever X-Forwarded-For says', async (t) => {
  const { email } = await registered(app)
  const replica = await service.startReplica()
  t.after(() => replica.close())
  const origins = await Promise.all([app, replica].map((one) => one.listen({ port: 0, host: '127.0.0.1' })))
  const guess = async (n: number) => {
    const answer = await fetch(`${origins[n % 2]}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${n % 250}` },
      body: JSON.stringify({ email, password: `guess ${n}` }),
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const statuses = await Promise.all(Array.from({ length: 200 }, (_, n) => guess(n)))
  assert.equal(statuses.filter((status) => status === 401).length, limit)
  assert.equal(statuses.filter((status) => status === 429).length, 200 - limit)
  const compared = await query<{ refused: number }[]>(
    service,
    "SELECT COUNT(*) AS refused FROM audit_entries WHERE action = 'session.refused' AND subject = ?",
    [`login:${email}`],
  )
  assert.deepEqual(compared, [{ refused: limit }])
})

test('guesses from one address are limited over all accounts; a success takes only its own place back', async (t) => {
  const own = await startIdentityService({ GUESS_LIMIT_ADDRESS: '4', GUESS_DELAY_SECONDS: '300' })
  t.after(() => own.close())
  const { email, password } = await registered(own.app)
  const from = (address: string, name: string, given = 'wrong') =>
    own.app.inject({
      method: 'POST',
      url: '/api/auth/login',
      remoteAddress: address,
      headers: { 'x-forwarded-for': `203.0.113.${Math.floor(Math.random() * 250)}` },
      payload: { email: name, password: given },
    })
  const attacker = '2001:db8:1:2::1'
  for (let n = 0; n < 3; n += 1) {
    assert.equal((await from(attacker, `other-${n}@example.com`)).statusCode, 401)
    assert.equal((await from(attacker, email, password)).statusCode, 200)
  }
  assert.equal((await from('2001:db8:1:2:ffff::9', 'other-4@example.com')).statusCode, 401)
  // The /64 is what one host is given.
  assertFailure(await from('2001:db8:1:2:abcd::1', email, password), { status: 429 })
  assert.equal((await from('2001:db8:1:3::1', email, password)).statusCode, 200)
})

test('an address of X-Forwarded-For counts when a trusted proxy says so', async (t) => {
  const own = await startIdentityService({
    GUESS_LIMIT_ADDRESS: '2',
    GUESS_DELAY_SECONDS: '300',
    TRUST_PROXY: '127.0.0.1',
  })
  t.after(() => own.close())
  const from = (forwarded: string) =>
    post(
      own.app,
      '/api/auth/login',
      { email: `${Math.random()}@x.org`, password: 'wrong' },
      { 'x-forwarded-for': forwarded },
    )
  for (let n = 0; n < 2; n += 1) assert.equal((await from('203.0.113.7')).statusCode, 401)
  assert.equal((await from('203.0.113.7')).statusCode, 429)
  assert.equal((await from('203.0.113.8')).statusCode, 401)
})

test('a failed log-in is audited, alike for known and unknown names; one that has to wait is only counted', async () => {
  const { email } = await registered(app)
  const entries = (name: string) =>
    query<object[]>(
      service,
      'SELECT tenant_id, actor_id, actor, action, address, details FROM audit_entries WHERE subject = ?',
      [`login:${name}`],
    )
  const refused = {
    tenant_id: 1,
    actor_id: null,
    actor: null,
    action: 'session.refused',
    address: '127.0.0.1',
    details: null,
  }
  for (const name of [email, 'unknown.to.all@example.com', `${'\ufdfa'.repeat(150)}`]) {
    assert.equal((await werkLogin(app, name.toUpperCase(), 'wrong')).statusCode, 401)
  }
  assert.deepEqual(await entries(email), [refused])
  assert.deepEqual(await entries('unknown.to.all@example.com'), [refused])

  for (let n = 0; n < limit + 3; n += 1) await werkLogin(app, 'flooded@example.com', 'wrong')
  assert.equal((await entries('flooded@example.com')).length, limit)
  const metrics = await app.inject('/metrics')
  const counted = /guesses_refused_total\{kind="login"[^}]*\} (\d+)/.exec(metrics.body)?.[1]
  assert.ok(Number(counted) >= 3, metrics.body)
})

test('while the guesses cannot be counted nobody gets in: closed, not open', async (t) => {
  const own = await startIdentityService({ GUESS_LIMIT_ACCOUNT: '5' })
  t.after(() => own.close())
  const { email, password } = await registered(own.app)
  await query(own, 'RENAME TABLE guesses TO guesses_away')
  assertFailure(await werkLogin(own.app, email, password), { status: 500 })
  await query(own, 'RENAME TABLE guesses_away TO guesses')
  assert.equal((await werkLogin(own.app, email, password)).statusCode, 200)
})
