import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { testSecret } from '@werk/shared/test-kit/sign-token'

const main = join(import.meta.dirname, '../../src/main.ts')
const INTERNAL_SECRET = 'a secret between services, of 32 bytes or more'

test('a start is refused when one of IDENTITY_URL and INTERNAL_SECRET is missing, or the secret is the one of users', () => {
  const wrong = [
    [{ INTERNAL_SECRET }, /IDENTITY_URL is required/],
    [{ IDENTITY_URL: 'http://127.0.0.1:9' }, /INTERNAL_SECRET is required/],
    [{ IDENTITY_URL: 'http://127.0.0.1:9', INTERNAL_SECRET: testSecret }, /INTERNAL_SECRET must not be/],
    [{ IDENTITY_URL: 'http://127.0.0.1:9', INTERNAL_SECRET: 'short' }, /INTERNAL_SECRET must/],
  ] as const
  for (const [settings, said] of wrong) {
    const env = {
      PORT: '0',
      DATABASE_URL: 'mysql://user:password@127.0.0.1:9/nothing',
      JWT_SECRET: testSecret,
      ARMMADA_BASE_URL: 'http://127.0.0.1:9/api/v1/',
      ARMMADA_USERNAME: 'user',
      ARMMADA_PASSWORD: 'password',
      ...settings,
    }
    const { status, stderr } = spawnSync(process.execPath, [main], { env, encoding: 'utf8', timeout: 20_000 })
    assert.equal(status, 1)
    assert.match(stderr, said)
  }
})
