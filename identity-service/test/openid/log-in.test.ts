import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { authorization, query, readToken } from '../kit/calls.ts'
import { type IdentityService, startIdentityService } from '../kit/identity-service.ts'
import { createBrowser, openidSettings, otherReturnUrl, path, publicUrl, returnUrl } from './kit/browser.ts'
import { type RealProvider, somebody, startRealProvider } from './kit/real-provider.ts'

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

test('somebody new logs in through the provider: an account is made, and its tokens work', async () => {
  const mary = somebody()
  provider.seat(mary)
  const browser = createBrowser(service.app)
  const at = await browser.logIn()
  assert.equal(`${at.origin}${at.pathname}`, returnUrl)
  assert.deepEqual([...at.searchParams.keys()], ['code'])

  const answer = await browser.redeem(at)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.match(String(answer.headers['set-cookie']), /__Host-werk_refresh=/)
  assert.equal(answer.headers['cache-control'], 'no-store')
  const { access_token, refresh_token, token_type, expires_in, user } = answer.json().data
  assert.equal(token_type, 'bearer')
  assert.equal(expires_in, 900)
  assert.ok(refresh_token.length >= 43)
  const { email, name, lastname, role, tenant_id, username } = user
  assert.deepEqual(
    { email, name, lastname, role, tenant_id, username },
    { email: mary.email, name: 'Mary', lastname: 'Somerville', role: 'user', tenant_id: 1, username: null },
  )
  assert.ok(!at.href.includes(access_token) && !at.href.includes(refresh_token))

  const me = await browser.get('/api/v1/auth/me', authorization(access_token))
  assert.equal(me.json().data.id, user.id)
  assert.equal(readToken(access_token).claims.sub, mary.email)
})

test('the identity leads to the same account again, even after its e-mail changed at the provider', async () => {
  const mary = somebody()
  provider.seat(mary)
  const first = await createBrowser(service.app).enter()
  provider.seat({ ...mary, email: 'mary.renamed@example.com', email_verified: false })
  const second = await createBrowser(service.app).enter()
  assert.equal(second.user.id, first.user.id)
  assert.equal(second.user.email, mary.email)
})

test('a new account gets its user in InvGate, as by a registration', async () => {
  provider.seat(somebody())
  const { user } = await createBrowser(service.app).enter()
  await pollUntil('its InvGate user', async () => {
    const sql = 'SELECT invgate_id FROM users WHERE id = ?'
    const [row] = await query<{ invgate_id: number | null }[]>(service, sql, [user.id])
    return row?.invgate_id ?? undefined
  })
})

test('making the account, logging in and their address are in the audit', async () => {
  provider.seat(somebody())
  const { user } = await createBrowser(service.app).enter()
  const entries = await query<{ action: string; details: string; address: string }[]>(
    service,
    'SELECT action, details, address FROM audit_entries WHERE subject = ? ORDER BY seq',
    [`user:${user.id}`],
  )
  assert.deepEqual(
    entries.map(({ action }) => action),
    ['account.made', 'session.opened'],
  )
  assert.equal(JSON.parse(entries[0]?.details ?? '').issuer, provider.issuer)
  assert.equal(entries[0]?.address, '127.0.0.1')
})

test('the account is made in the tenant whose domain the log-in began at', async () => {
  const { insertId } = await query<{ insertId: number }>(
    service,
    "INSERT INTO tenants (name) VALUES ('Lighthouse')",
  )
  await query(service, 'INSERT INTO tenant_domains (domain, tenant_id) VALUES (?, ?)', [
    'lighthouse.example.com',
    insertId,
  ])
  const replica = await service.startReplica()
  provider.seat(somebody())
  const browser = createBrowser(replica)
  const begun = await browser.get(path, { host: 'lighthouse.example.com' })
  const at = await browser.comeBack(await browser.passProvider(new URL(String(begun.headers.location))))
  assert.equal((await browser.redeem(at)).json().data.user.tenant_id, insertId)
  await replica.close()
})

test('the way to the provider carries state, nonce and PKCE, and a cookie no script and no other site gets', async () => {
  const browser = createBrowser(service.app)
  const answer = await browser.get(path)
  const { origin, searchParams } = new URL(String(answer.headers.location))
  assert.equal(origin, provider.issuer)
  const { state, nonce, code_challenge, ...rest } = Object.fromEntries(searchParams)
  assert.deepEqual(rest, {
    client_id: 'werk',
    response_type: 'code',
    redirect_uri: `${publicUrl}${path}/callback`,
    scope: 'openid email profile',
    code_challenge_method: 'S256',
  })
  for (const secret of [state, nonce, code_challenge]) assert.match(secret ?? '', /^[\w-]{43}$/)
  assert.match(
    String(answer.headers['set-cookie']),
    /^__Host-werk_openid=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  )
})

test('a client that accepts JSON alone is told the address instead of being sent there', async () => {
  const answer = await createBrowser(service.app).get(path, { accept: 'application/json' })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.ok(answer.json().data.url.startsWith(provider.issuer))
  for (const accept of ['application/json, */*', 'text/html, application/json'])
    assert.equal((await createBrowser(service.app).get(path, { accept })).statusCode, 302)
})

test('a return address is taken word for word from the list, its own query kept', async () => {
  provider.seat(somebody())
  const at = await createBrowser(service.app).logIn({ return_to: otherReturnUrl })
  assert.equal(`${at.origin}${at.pathname}`, 'https://admin.example.com/')
  assert.deepEqual([...at.searchParams.keys()], ['page', 'code'])
})

test('a return address that is not in the list is refused before anything begins', async () => {
  const addresses = [
    `${returnUrl}/`,
    `${returnUrl}?a=b`,
    'https://evil.example.com',
    '//evil.example.com',
    '',
  ]
  for (const return_to of addresses) {
    const answer = await createBrowser(service.app).get(`${path}?${new URLSearchParams({ return_to })}`)
    assert.equal(answer.statusCode, 400, return_to)
    assert.equal(answer.json().code, 'openid.invalid')
    assert.ok(answer.json().errors.return_to)
    assert.equal(answer.headers.location, undefined)
  }
})

test('who refuses at the provider comes back with that', async () => {
  provider.seat(null)
  const at = await createBrowser(service.app).logIn()
  assert.deepEqual(Object.fromEntries(at.searchParams), { error: 'denied' })
})

test('claims are read from the ID token where they are in it', async () => {
  const direct = await startRealProvider({ claimsInIdToken: true })
  const other = await startIdentityService(openidSettings(direct.issuer))
  const mary = somebody({ given_name: undefined, family_name: undefined, name: 'Mary S.' })
  direct.seat(mary)
  const { user } = await createBrowser(other.app).enter()
  assert.deepEqual([user.email, user.name, user.lastname], [mary.email, 'Mary S.', ''])
  await other.close()
  await direct.close()
})
