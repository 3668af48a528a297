import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { query, registered, registeredUsername, werkLogin } from '../kit/calls.ts'
import { type IdentityService, startIdentityService } from '../kit/identity-service.ts'
import { createBrowser, openidSettings } from './kit/browser.ts'
import { type Person, type RealProvider, somebody, startRealProvider } from './kit/real-provider.ts'

let provider: RealProvider
let service: IdentityService
before(async () => {
  provider = await startRealProvider()
  service = await startIdentityService(openidSettings(provider.issuer))
})
after(async () => {
  await service.close()
  await provider.close()
})

async function logInAs(person: Person, app = service.app) {
  provider.seat(person)
  return Object.fromEntries((await createBrowser(app).logIn()).searchParams)
}

const countOf = async (table: 'users' | 'external_identities' | 'sessions') => {
  const [row] = await query<{ n: number }[]>(service, `SELECT COUNT(*) AS n FROM ${table}`)
  return row?.n
}

test('an e-mail that has an account is never linked or let in silently, however it is written', async () => {
  const ada = await registered(service.app)
  const before = [await countOf('users'), await countOf('external_identities')]
  for (const email of [ada.email, ada.email.toUpperCase()])
    assert.deepEqual(await logInAs(somebody({ email })), { error: 'account_exists' })
  assert.deepEqual([await countOf('users'), await countOf('external_identities')], before)
  assert.equal((await werkLogin(service.app, ada.email, ada.password)).statusCode, 200)
})

test('an e-mail that somebody took as username counts as taken', async () => {
  const { username } = await registeredUsername(service.app)
  await query(
    service,
    'INSERT INTO login_names (name, user_id) SELECT ?, user_id FROM login_names WHERE name = ?',
    ['posing@example.com', username],
  )
  assert.deepEqual(await logInAs(somebody({ email: 'posing@example.com' })), { error: 'account_exists' })
})

test('an e-mail that the provider has not verified makes no account, and tells nothing of one that has it', async () => {
  const ada = await registered(service.app)
  const before = await countOf('users')
  const unverified: Partial<Person>[] = [
    { email_verified: false },
    { email_verified: undefined },
    { email: undefined },
    { email: 'no address' },
    { email: `${'a'.repeat(190)}@example.com` },
    { email: ada.email, email_verified: false },
  ]
  for (const details of unverified)
    assert.deepEqual(await logInAs(somebody(details)), { error: 'email_unverified' }, JSON.stringify(details))
  assert.equal(await countOf('users'), before)
})

test('a deactivated account and one of an inactive tenant are not let in', async () => {
  const mary = somebody()
  provider.seat(mary)
  const { user } = await createBrowser(service.app).enter()
  await query(service, 'UPDATE users SET active = FALSE WHERE id = ?', [user.id])
  assert.deepEqual(await logInAs(mary), { error: 'account_disabled' })
  const { insertId } = await query<{ insertId: number }>(
    service,
    "INSERT INTO tenants (name, active) VALUES ('Closed', FALSE)",
  )
  await query(service, 'UPDATE users SET active = TRUE, tenant_id = ? WHERE id = ?', [insertId, user.id])
  assert.deepEqual(await logInAs(mary), { error: 'account_disabled' })
})

test('an account that is deactivated between the return and the exchange of the code gets no session', async () => {
  const mary = somebody()
  provider.seat(mary)
  await createBrowser(service.app).enter()
  const browser = createBrowser(service.app)
  const at = await browser.logIn()
  await query(service, 'UPDATE users SET active = FALSE WHERE email = ?', [mary.email])
  assertFailure(await browser.redeem(at), { status: 401, code: 'openid_code.unauthenticated' })
})

test('an account made through the provider has no password that anybody could guess', async () => {
  const mary = somebody()
  provider.seat(mary)
  await createBrowser(service.app).enter()
  for (const password of [' ', '0', 'undefined', 'null', '\u0000'])
    assertFailure(await werkLogin(service.app, mary.email ?? '', password), {
      status: 401,
      error: 'invalid email or password',
    })
})

test('of one new person in five tabs at once there is one account, and every tab is let in', async () => {
  const mary = somebody()
  provider.seat(mary)
  const before = Number(await countOf('users'))
  const browsers = Array.from({ length: 5 }, () => createBrowser(service.app))
  const backs = await Promise.all(
    browsers.map(async (browser) => ({ browser, back: await browser.passProvider(await browser.begin()) })),
  )
  const places = await Promise.all(backs.map(({ browser, back }) => browser.comeBack(back)))
  for (const at of places) assert.ok(at.searchParams.has('code'), at.href)
  assert.equal(await countOf('users'), before + 1)
})

test('nobody new is let in where people may not register themselves as users', async () => {
  const closed = await startIdentityService({
    ...openidSettings(provider.issuer),
    SELF_REGISTRATION_ROLES: 'committee',
  })
  assert.deepEqual(await logInAs(somebody(), closed.app), { error: 'registration_closed' })
  await closed.close()
})

test('names come as they are, cut to what an account holds', async () => {
  const mary = somebody({ given_name: ` ${'𝒜'.repeat(120)} `, family_name: "O'Neil <b>" })
  provider.seat(mary)
  const { user } = await createBrowser(service.app).enter()
  assert.equal(user.name, '𝒜'.repeat(100))
  assert.equal(user.lastname, "O'Neil <b>")
})
