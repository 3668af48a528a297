import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import {
  authorization,
  person,
  post,
  query,
  registered,
  registeredUsername,
  werkLogin,
} from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { startMailServer, textOf, tokenIn } from '../kit/mail.ts'

const mails = await startMailServer()
const service = await startIdentityService({
  SMTP_URL: mails.url,
  MAIL_FROM: 'Desk <desk@example.com>',
  PASSWORD_RESET_URL: 'https://app.example.com/new-password?lang=en',
})
const { app } = service
after(async () => {
  await service.close()
  await mails.close()
})

const forgot = (email: string, to = app) => post(to, '/api/v1/auth/password/forgot', { email })
const reset = (token: string, password: string, to = app) =>
  post(to, '/api/v1/auth/password/reset', { token, new_password: password })
const me = (token: string) => app.inject({ url: '/auth/me', headers: authorization(token) })

const mailsTo = (address: string) => mails.deliveries.filter(({ to }) => to.includes(address))
const mailTo = (address: string, number = 1) =>
  pollUntil(`mail ${number} to ${address}`, () => mailsTo(address)[number - 1]?.source)
/** The worker has looked at everything that was asked for. */
const workedOff = (of = service) =>
  pollUntil('all jobs done', async () => {
    const left = await query<object[]>(of, "SELECT id FROM outbox_jobs WHERE kind = 'password.forgotten'")
    return left.length === 0 ? true : undefined
  })

test('the mail has a link whose fragment carries a token, which sets a new password once and ends all sessions', async () => {
  const { email, password, token: session } = await registered(app)
  assert.equal((await forgot(email.toUpperCase())).statusCode, 200)
  const source = await mailTo(email)
  assert.match(source, /^From: Desk <desk@example.com>/m)
  const token = tokenIn(source)
  assert.ok(textOf(source).includes(`https://app.example.com/new-password?lang=en#token=${token}`))
  const kept = await query<{ hash: string }[]>(service, 'SELECT hash FROM one_time_tokens')
  assert.ok(!JSON.stringify(kept).includes(token))

  assert.equal((await me(session)).statusCode, 200)
  const answer = await reset(token, 'another password')
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().data, null)
  assert.equal((await me(session)).statusCode, 401)
  assert.equal((await werkLogin(app, email, password)).statusCode, 401)
  assert.equal((await werkLogin(app, email, 'another password')).statusCode, 200)
  assertFailure(await reset(token, 'a third password'), { status: 400, code: 'reset_token.invalid' })
  const audited = await query<{ action: string }[]>(
    service,
    `SELECT action FROM audit_entries WHERE action LIKE 'password.%' AND subject =
      (SELECT CONCAT('user:', id) FROM users WHERE email = ?) ORDER BY seq`,
    [email],
  )
  assert.deepEqual(
    audited.map(({ action }) => action),
    ['password.reset_offered', 'password.reset'],
  )
  assert.ok(!service.logLines.join('').includes(token))
})

test('unknown, deactivated and name-only accounts are answered alike, and get no mail', async () => {
  const { email } = await registered(app)
  const deactivated = await registered(app)
  await query(service, 'UPDATE users SET active = 0 WHERE email = ?', [deactivated.email])
  const { username } = await registeredUsername(app)
  const nobody = 'nobody.forgot@example.com'
  const answers = [await forgot(email), await forgot(nobody), await forgot(deactivated.email)]
  const told = answers.map(({ statusCode, headers, body }) => {
    const { meta, ...rest } = JSON.parse(body)
    const { date, 'x-request-id': id, ...others } = headers
    assert.ok(date && id && meta)
    return { statusCode, others, rest }
  })
  assert.equal(told[0]?.statusCode, 200)
  assert.deepEqual(told[1], told[0])
  assert.deepEqual(told[2], told[0])
  assertFailure(await forgot(username), { status: 400, code: 'account.invalid', fields: ['email'] })
  await mailTo(email)
  await workedOff()
  assert.deepEqual([...mailsTo(nobody), ...mailsTo(deactivated.email)], [])
})

test('of 20 uses at once over two replicas one works', async (t) => {
  const replica = await service.startReplica()
  t.after(() => replica.close())
  const { email } = await registered(app)
  await forgot(email)
  const token = tokenIn(await mailTo(email))
  const uses = Array.from({ length: 20 }, (_, n) =>
    reset(token, `password number ${n}`, n % 2 ? app : replica),
  )
  const statuses = (await Promise.all(uses)).map(({ statusCode }) => statusCode)
  assert.deepEqual(statuses.sort(), [200, ...Array(19).fill(400)])
})

test('a token works for ten minutes, the newest one only, and none after the password was changed', async () => {
  const { email, password, token: session } = await registered(app)
  await forgot(email)
  const first = tokenIn(await mailTo(email))
  await workedOff()
  await forgot(email)
  const second = tokenIn(await mailTo(email, 2))
  await workedOff()
  assertFailure(await reset(first, 'another password'), { status: 400, code: 'reset_token.invalid' })

  const [row] = await query<{ seconds: number }[]>(
    service,
    'SELECT TIMESTAMPDIFF(SECOND, created_at, expires_at) AS seconds FROM one_time_tokens ORDER BY created_at DESC LIMIT 1',
  )
  assert.equal(row?.seconds, 600)
  await query(service, 'UPDATE one_time_tokens SET expires_at = UTC_TIMESTAMP(3)')
  assertFailure(await reset(second, 'another password'), { status: 400, code: 'reset_token.invalid' })

  await forgot(email)
  const third = tokenIn(await mailTo(email, 3))
  const change = { current_password: password, new_password: 'changed meanwhile' }
  const changed = await post(app, '/api/v1/auth/password/change', change, authorization(session))
  assert.equal(changed.statusCode, 200, changed.body)
  assertFailure(await reset(third, 'another password'), { status: 400, code: 'reset_token.invalid' })
})

test('a password that the policy refuses leaves the token as it is', async () => {
  const { email } = await registered(app)
  await forgot(email)
  const token = tokenIn(await mailTo(email))
  assertFailure(await reset(token, 'short'), {
    status: 400,
    code: 'password.invalid',
    fields: ['new_password'],
  })
  assert.equal((await reset(token, 'long enough')).statusCode, 200)
})

test('a new password ends the delays of a log-in', async (t) => {
  const own = await startIdentityService({
    SMTP_URL: mails.url,
    GUESS_LIMIT_ACCOUNT: '2',
    GUESS_DELAY_SECONDS: '300',
  })
  t.after(() => own.close())
  const { email } = await registered(own.app, { email: 'delayed@example.com' })
  for (let n = 0; n < 2; n += 1) await werkLogin(own.app, email, 'wrong')
  assert.equal((await werkLogin(own.app, email, 'wrong')).statusCode, 429)
  await forgot(email, own.app)
  const token = tokenIn(await mailTo(email))
  assert.equal((await reset(token, 'another password', own.app)).statusCode, 200)
  assert.equal((await werkLogin(own.app, email, 'another password')).statusCode, 200)
})

test('mails to one address are limited, alike for one that nobody has', async (t) => {
  const own = await startIdentityService({
    SMTP_URL: mails.url,
    GUESS_LIMIT_ACCOUNT: '3',
    GUESS_DELAY_SECONDS: '300',
  })
  t.after(() => own.close())
  const { email } = await registered(own.app, { email: 'flooded@example.com' })
  for (const address of [email, 'nobody@example.com']) {
    for (let n = 0; n < 3; n += 1) assert.equal((await forgot(address, own.app)).statusCode, 200)
    assertFailure(await forgot(address, own.app), { status: 429, code: 'password_reset.rate_limited' })
  }
})

test('repeats before the mail is sent fold into one', async (t) => {
  const away = await startMailServer()
  await away.close()
  const own = await startIdentityService({ SMTP_URL: away.url })
  t.after(() => own.close())
  const { email } = await registered(own.app)
  await Promise.all(Array.from({ length: 20 }, () => forgot(email, own.app)))
  const jobs = await query<object[]>(own, "SELECT id FROM outbox_jobs WHERE kind = 'password.forgotten'")
  assert.equal(jobs.length, 1)
})

test('while the mail server is away the mail waits; then it comes, with a token that works', async (t) => {
  const first = await startMailServer()
  await first.close()
  const own = await startIdentityService({ SMTP_URL: first.url })
  t.after(() => own.close())
  const { email } = await registered(own.app)
  assert.equal((await forgot(email, own.app)).statusCode, 200)
  await pollUntil('a failed try', async () => {
    const [job] = await query<{ last_error: string | null }[]>(
      own,
      'SELECT last_error FROM outbox_jobs WHERE subject = ?',
      [email],
    )
    return job?.last_error ?? undefined
  })
  assert.equal((await own.app.inject('/readyz')).json().dependencies.mail, 'unavailable')
  const back = await startMailServer(first.port)
  t.after(() => back.close())
  await query(own, 'UPDATE outbox_jobs SET available_at = UTC_TIMESTAMP(3) WHERE subject = ?', [email])
  const source = await pollUntil('the mail', () => back.deliveries[0]?.source)
  assert.equal((await reset(tokenIn(source), 'another password', own.app)).statusCode, 200)
  const withToken = back.deliveries.filter(({ source: one }) => /^Subject: Your new password/m.test(one))
  assert.equal(withToken.length, 1)
})

test('a mailbox that the server refuses for good is not tried again', async (t) => {
  const picky = await startMailServer(0, () => true)
  t.after(() => picky.close())
  const own = await startIdentityService({ SMTP_URL: picky.url })
  t.after(() => own.close())
  const { email } = await registered(own.app)
  await forgot(email, own.app)
  await pollUntil('the refusal in the log', () =>
    own.logLines.some((line) => line.includes('refused a recipient for good')) ? true : undefined,
  )
  await workedOff(own)
})

test('an address cannot smuggle in other recipients', async () => {
  const { email } = await registered(app, person({ email: 'a,victim@example.com' }))
  await forgot(email)
  await workedOff()
  assert.deepEqual(mailsTo('victim@example.com'), [])
})

test('without a mail server, in development, mails are files that the log names', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'werk-mail-'))
  t.after(() => rm(folder, { recursive: true }))
  const own = await startIdentityService({ MAIL_DIR: join(folder, 'mail') })
  t.after(() => own.close())
  const { email } = await registered(own.app)
  await forgot(email, own.app)
  await workedOff(own)
  const [name = ''] = await readdir(join(folder, 'mail'))
  const file = join(folder, 'mail', name)
  assert.match(name, /\.eml$/)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.ok(own.logLines.some((line) => line.includes(JSON.stringify(file))))
  const source = await readFile(file, 'utf8')
  assert.match(source, new RegExp(`^To: ${email}`, 'm'))
  assert.ok(!source.includes('#token='))
  assert.equal((await reset(tokenIn(source), 'another password', own.app)).statusCode, 200)
})

test('in production without a mail server the answer is the same, and the log says what was not sent', async (t) => {
  const own = await startIdentityService({ NODE_ENV: 'production', MAIL_DIR: '/nowhere/at/all' })
  t.after(() => own.close())
  const { email } = await registered(own.app)
  assert.equal((await forgot(email, own.app)).statusCode, 200)
  assert.equal((await forgot('nobody@example.com', own.app)).statusCode, 200)
  await workedOff(own)
  const line = own.logLines.find((one) => one.includes('a mail was not sent'))
  assert.equal(JSON.parse(line ?? '{}').level, 50, line)
})
