import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { buildApp } from '../../src/app.ts'
import { authorization, person, post, registered, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

type App = Awaited<ReturnType<typeof startIdentityService>>['app']

/** Every way by which somebody gets a new password without a mail. */
function waysIn(app: App) {
  let made = 0
  return {
    werk: (password: string) => post(app, '/api/auth/register', person({ password })),
    tixgo: (password: string) => {
      made += 1
      return post(app, '/auth/register', { username: `policy-${made}`, password, role: 'committee' })
    },
    workpulse: (password: string) => post(app, '/api/v1/auth/register', person({ password })),
  }
}

test('without settings each dialect asks for what its contract says', async (t) => {
  const { app, close } = await startIdentityService()
  t.after(close)
  const { werk, tixgo, workpulse } = waysIn(app)
  assert.equal((await werk('x')).statusCode, 201)
  assert.equal((await tixgo('1234')).statusCode, 200)
  assertFailure(await tixgo('123'), { status: 400, fields: ['password'] })
  assert.equal((await workpulse('12345678')).statusCode, 201)
  assertFailure(await workpulse('1234567'), { status: 400, fields: ['password'] })
})

test('PASSWORD_MIN_LENGTH raises the minimum everywhere, counted in characters and not in bytes or halves', async (t) => {
  const { app, close } = await startIdentityService({ PASSWORD_MIN_LENGTH: '15' })
  t.after(close)
  const [fourteen, fifteen] = ['\u{1f600}'.repeat(14), '\u{1f600}'.repeat(15)]
  for (const register of Object.values(waysIn(app))) {
    assertFailure(await register(fourteen), { status: 400, code: 'password.invalid', fields: ['password'] })
    assert.ok((await register(fifteen)).statusCode < 300)
  }
})

test('64 characters of any script are accepted by every dialect, and log in', async (t) => {
  const { app, close } = await startIdentityService({
    PASSWORD_MIN_LENGTH: '15',
    PASSWORD_REFUSE_COMMON: 'true',
  })
  t.after(close)
  const ways = Object.values(waysIn(app))
  for (const letter of ['\u0436', '\u6f22', '\u0627', '\u{1f600}', ' ', '\u0915']) {
    const password = `${letter.repeat(63)}a`
    const { email } = await registered(app, { password })
    assert.equal((await werkLogin(app, email, password)).statusCode, 200, letter)
    for (const register of ways) assert.ok((await register(password)).statusCode < 300)
  }
})

test('no rules of composition: one kind of letters is enough', async (t) => {
  const { app, close } = await startIdentityService({
    PASSWORD_MIN_LENGTH: '15',
    PASSWORD_REFUSE_COMMON: 'true',
  })
  t.after(close)
  await registered(app, { password: 'onlysmallletters' })
})

test('PASSWORD_REFUSE_COMMON refuses what many people use, in any case, and nothing else', async (t) => {
  const { app, close } = await startIdentityService({ PASSWORD_REFUSE_COMMON: 'true' })
  t.after(close)
  for (const register of Object.values(waysIn(app))) {
    for (const common of ['password1', 'PassWord1', 'qwertyuiop', '\uff50assword1'])
      assertFailure(await register(common), { status: 400, code: 'password.invalid', fields: ['password'] })
    assert.ok((await register('pass word 1 of mine')).statusCode < 300)
  }
})

test('what is made long enough by saying a common password again, or by digits and signs, is common still', async (t) => {
  const { app, close } = await startIdentityService({
    PASSWORD_MIN_LENGTH: '15',
    PASSWORD_REFUSE_COMMON: 'true',
  })
  t.after(close)
  const padded = ['password1password1', 'Iloveyou!!!!!!!!!!!!', '2026-qwertyuiop-2026', 'sunshinesunshine']
  for (const register of Object.values(waysIn(app))) {
    for (const common of padded)
      assertFailure(await register(common), { status: 400, code: 'password.invalid', fields: ['password'] })
    for (const own of ['sunshine over a quiet harbour', '4815 1623 4217 0042', 'x'.repeat(64)])
      assert.ok((await register(own)).statusCode < 300, own)
  }
})

test('a password of words that everybody here knows is refused, those of the installation among them', async (t) => {
  const { app, close } = await startIdentityService({
    PASSWORD_REFUSE_COMMON: 'true',
    PASSWORD_REFUSE_WORDS: 'Globex,hydroponics',
  })
  t.after(close)
  const known = ['WerkTicketing2026!', 'admin.of.the.helpdesk', 'globex-hydroponics-7', 'WorkPulse_WorkPulse']
  for (const register of Object.values(waysIn(app))) {
    for (const words of known)
      assertFailure(await register(words), { status: 400, code: 'password.invalid', fields: ['password'] })
    assert.ok((await register('a desk of polished walnut')).statusCode < 300)
  }
})

test('a password that is in use already is not held against anybody: it logs in', async (t) => {
  const lax = await startIdentityService()
  t.after(lax.close)
  const { email } = await registered(lax.app, { password: 'password1' })
  const strict = await buildApp(
    { ...lax.config, PASSWORD_MIN_LENGTH: 15, PASSWORD_REFUSE_COMMON: true },
    { logStream: { write: () => {} } },
  )
  t.after(() => strict.close())
  const answer = await werkLogin(strict, email, 'password1')
  assert.equal(answer.statusCode, 200)
  const change = { current_password: 'password1', new_password: 'password12' }
  const changed = await post(
    strict,
    '/api/v1/auth/password/change',
    change,
    authorization(answer.json().token),
  )
  assertFailure(changed, { status: 400, code: 'password.invalid', fields: ['new_password'] })
})

test('an ADMIN_PASSWORD that the policy refuses ends the start, and says so', async (t) => {
  const lax = await startIdentityService()
  t.after(lax.close)
  const admin = { ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'qwerty123456789' }
  const app = await buildApp(
    { ...lax.config, ...admin, PASSWORD_REFUSE_COMMON: true },
    { logStream: { write: () => {} } },
  )
  t.after(() => app.close())
  await assert.rejects(async () => app.ready(), /ADMIN_PASSWORD is one that many people use/)
})
