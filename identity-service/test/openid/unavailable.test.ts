import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '@werk/shared/config/read-config'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { authorization } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { granted } from '../kit/sessions.ts'
import { createBrowser, openidSettings, path, returnUrl } from './kit/browser.ts'

const nowhere = 'http://127.0.0.1:9'

test('without a provider its routes answer 503, and everything else works', async () => {
  const { PUBLIC_URL: _, ...incomplete } = openidSettings(nowhere)
  for (const settings of [{}, incomplete]) {
    const service = await startIdentityService(settings)
    const { access_token } = await granted(service.app)
    const browser = createBrowser(service.app)
    const answers = [
      await browser.get(path),
      await browser.get(`${path}/callback?state=a&code=b`),
      await browser.redeem('any'),
      await browser.post(`${path}/link`, {}, authorization(access_token)),
    ]
    for (const answer of answers) assertFailure(answer, { status: 503, code: 'openid.unavailable' })
    const warned = service.logLines.some((line) => line.includes('settings are missing'))
    assert.equal(warned, 'OIDC_CLIENT_ID' in settings)
    await service.close()
  }
})

test('a provider that is away does not keep the service from starting', async () => {
  const service = await startIdentityService(openidSettings(nowhere))
  assert.equal((await service.app.inject('/readyz')).statusCode, 200)
  const at = await createBrowser(service.app).begin()
  assert.equal(at.href, `${returnUrl}?error=provider_failed`)
  await service.close()
})

test('an issuer that is reached without TLS is refused unless it is this machine', async () => {
  for (const issuer of [
    'http://accounts.example.com',
    'http://127.0.0.1.example.com',
    'ftp://localhost',
    'x',
  ])
    await assert.rejects(startIdentityService(openidSettings(issuer)), ConfigError)
})
