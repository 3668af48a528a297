import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { authorization, query } from '../kit/calls.ts'
import { type IdentityService, startIdentityService } from '../kit/identity-service.ts'
import { createTestClock, granted } from '../kit/sessions.ts'
import { createBrowser, openidSettings, otherReturnUrl, path, returnUrl } from './kit/browser.ts'
import { type RealProvider, somebody, startRealProvider } from './kit/real-provider.ts'

const clock = createTestClock()
let provider: RealProvider
let service: IdentityService
before(async () => {
  provider = await startRealProvider()
  service = await startIdentityService(openidSettings(provider.issuer), { clock })
})
after(async () => {
  await service.close()
  await provider.close()
})

/** Somebody logged in with a password, and the browser for it. */
async function member() {
  const { access_token: token, email, password, user } = await granted(service.app)
  const browser = createBrowser(service.app)
  const link = (body: object = {}) => browser.post(`${path}/link`, body, authorization(token))
  const unlink = () =>
    service.app.inject({ method: 'DELETE', url: `${path}/link`, headers: authorization(token) })
  /** Goes through the provider with the link's address. */
  const finish = async (answer: Awaited<ReturnType<typeof link>>) => {
    assert.equal(answer.statusCode, 200, answer.body)
    return browser.comeBack(await browser.passProvider(new URL(answer.json().data.url)))
  }
  return { token, email, password, id: user.id, browser, link, unlink, finish }
}

const parametersOf = (at: URL) => Object.fromEntries(at.searchParams)
const ownersOf = async (subject: string) => {
  const sql = 'SELECT user_id FROM external_identities WHERE subject = ?'
  return (await query<{ user_id: number }[]>(service, sql, [subject])).map(({ user_id }) => user_id)
}

test('who is logged in links an account at the provider, of any e-mail, and logs in by it from then on', async () => {
  const ada = await member()
  const mary = somebody({ email: ada.email })
  provider.seat(mary)
  const at = await ada.finish(await ada.link({ return_to: otherReturnUrl }))
  assert.equal(at.origin, 'https://admin.example.com')
  assert.equal(at.searchParams.get('linked'), 'true')
  assert.equal(at.searchParams.get('code'), null)
  const { user } = await createBrowser(service.app).enter()
  assert.equal(user.id, ada.id)
  const sql = "SELECT action FROM audit_entries WHERE subject = ? AND action LIKE 'openid.%'"
  assert.deepEqual(await query(service, sql, [`user:${ada.id}`]), [{ action: 'openid.linked' }])
})

test('linking needs a token, and a proof that is not old', async () => {
  const ada = await member()
  assertFailure(await ada.browser.post(`${path}/link`, {}), { status: 401 })
  clock.advance(601)
  assertFailure(await ada.link(), { status: 403, code: 'proof.forbidden' })
  assertFailure(await ada.unlink(), { status: 403, code: 'proof.forbidden' })
})

test('linking goes back to an allowed address alone', async () => {
  const ada = await member()
  assertFailure(await ada.link({ return_to: 'https://evil.example.com' }), {
    status: 400,
    code: 'openid.invalid',
    fields: ['return_to'],
  })
})

test('an identity of another account is not taken from it', async () => {
  const mary = somebody()
  provider.seat(mary)
  const { user } = await createBrowser(service.app).enter()
  const ada = await member()
  assert.deepEqual(parametersOf(await ada.finish(await ada.link())), { error: 'identity_taken' })
  assert.deepEqual(await ownersOf(mary.sub), [user.id])
})

test('linking the same identity again changes nothing', async () => {
  const ada = await member()
  const mary = somebody()
  provider.seat(mary)
  for (const _ of [1, 2])
    assert.deepEqual(parametersOf(await ada.finish(await ada.link())), { linked: 'true' })
  assert.deepEqual(await ownersOf(mary.sub), [ada.id])
})

test("a link's address that somebody else is lured to links nothing", async () => {
  const mallory = await member()
  const victim = createBrowser(service.app)
  const mary = somebody()
  provider.seat(mary)
  const { url } = (await mallory.link()).json().data
  const at = await victim.comeBack(await victim.passProvider(new URL(url)))
  assert.equal(`${at.origin}${at.pathname}`, returnUrl)
  assert.deepEqual(parametersOf(at), { error: 'state_invalid' })
  assert.deepEqual(await ownersOf(mary.sub), [])
})

test('a link that was begun in a session which has ended since links nothing', async () => {
  const ada = await member()
  const mary = somebody()
  provider.seat(mary)
  const begun = await ada.link()
  const out = await ada.browser.post('/api/v1/auth/logout', {}, authorization(ada.token))
  assert.equal(out.statusCode, 200, out.body)
  assert.deepEqual(parametersOf(await ada.finish(begun)), { error: 'session_ended' })
  assert.deepEqual(await ownersOf(mary.sub), [])
})

test('a link is taken away again, and its identity is nobody\u2019s then', async () => {
  const ada = await member()
  const mary = somebody({ email: ada.email })
  provider.seat(mary)
  await ada.finish(await ada.link())
  assert.equal((await ada.unlink()).statusCode, 200)
  assert.deepEqual(await ownersOf(mary.sub), [])
  assert.deepEqual(parametersOf(await createBrowser(service.app).logIn()), { error: 'account_exists' })
  assertFailure(await ada.unlink(), { status: 404, code: 'openid.not_found' })
})

test('the link of an account that has no password stays: it is the only way in', async () => {
  const mary = somebody()
  provider.seat(mary)
  const { access_token, user } = await createBrowser(service.app).enter()
  const answer = await service.app.inject({
    method: 'DELETE',
    url: `${path}/link`,
    headers: authorization(access_token),
  })
  assertFailure(answer, { status: 409, code: 'openid.conflict' })
  assert.deepEqual(await ownersOf(mary.sub), [user.id])
})
