import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { authorization, post, query, registered, registeredUsername, tixgoLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { startMailServer, textOf } from '../kit/mail.ts'
import { factorPath, prove, secondFactorSecret, secured } from '../kit/second-factors.ts'
import { createTestClock, granted, refresh, refreshed } from '../kit/sessions.ts'

const mails = await startMailServer()
const clock = createTestClock()
const service = await startIdentityService(
  { SMTP_URL: mails.url, SECOND_FACTOR_SECRET: secondFactorSecret },
  { clock },
)
const { app } = service
after(async () => {
  await service.close()
  await mails.close()
})

const textsTo = (address: string) =>
  mails.deliveries.filter(({ to }) => to.includes(address)).map(({ source }) => textOf(source))
const told = (address: string, what: RegExp) =>
  pollUntil(`a mail of ${what}`, () => textsTo(address).find((text) => what.test(text)))
const change = (token: string, current: string, renewed: string) =>
  post(
    app,
    '/api/v1/auth/password/change',
    { current_password: current, new_password: renewed },
    authorization(token),
  )
const noNotices = () =>
  pollUntil('no notices left', async () => {
    const left = await query<object[]>(service, "SELECT id FROM outbox_jobs WHERE kind LIKE 'notice.%'")
    return left.length === 0 ? true : undefined
  })

test('whose password is changed is told by mail, when and from where, and of no secret', async () => {
  const { email, password, token } = await registered(app)
  assert.equal((await change(token, password, 'another password')).statusCode, 200)
  const text = await told(email, /password of your account was changed/)
  assert.match(text, /^When: \d{4}-\d\d-\d\dT[\d:.]+Z\r?$/m)
  assert.match(text, /^From: 127\.0\.0\.1\r?$/m)
  assert.doesNotMatch(text, /another password|https?:/)
})

test('who gets a second factor, uses a recovery code or loses the factor is told of each', async () => {
  const { email, password, token } = await registered(app)
  const { recoveryCodes } = await secured(app, token, clock)
  await told(email, /has a second factor now/)
  assert.equal((await prove(app, token, { password, otp: String(recoveryCodes[0]) })).statusCode, 200)
  await told(email, /recovery code took the place/)
  const removed = await app.inject({ method: 'DELETE', url: factorPath, headers: authorization(token) })
  assert.equal(removed.statusCode, 200)
  await told(email, /second factor of your account was removed/)
})

test('who gets an API key, or whose refresh token comes back late, is told', async () => {
  const who = await granted(app)
  const key = { name: 'a machine', scopes: ['tickets:read'] }
  await post(app, '/api/v1/auth/api-keys', key, authorization(who.access_token))
  await told(who.email, /by which a machine acts as you/)
  const next = await refreshed(app, who.refresh_token)
  await refreshed(app, next.refresh_token)
  assert.equal((await refresh(app, who.refresh_token)).statusCode, 401)
  await told(who.email, /used twice, as a thief would/)
})

test('a change that was refused tells nobody, and an account without an address has nobody to tell', async () => {
  const { email, token } = await registered(app)
  assert.equal((await change(token, 'wrong', 'another password')).statusCode, 400)
  const { username, password } = await registeredUsername(app)
  const session = String((await tixgoLogin(app, username, password)).json().access_token)
  assert.equal((await change(session, password, 'another password')).statusCode, 200)
  await noNotices()
  assert.deepEqual(textsTo(email), [])
})
