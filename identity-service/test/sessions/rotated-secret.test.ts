import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { buildApp } from '../../src/app.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { get, granted, refresh, refreshed } from '../kit/sessions.ts'

const service = await startIdentityService()
const { app, config } = service
const logStream = { write: (line: string) => service.logLines.push(line) }
const newSecret = 'another secret of more than 32 bytes, for afterwards'
const rotated = await buildApp(
  { ...config, JWT_SECRET: newSecret, JWT_SECRET_PREVIOUS: config.JWT_SECRET },
  { logStream },
)
const afterwards = await buildApp({ ...config, JWT_SECRET: newSecret }, { logStream })
after(async () => {
  await Promise.all([rotated.close(), afterwards.close()])
  await service.close()
})

test('a session goes on over a rotation of the secret, its grace too: the successor is that of the previous secret', async () => {
  const { refresh_token } = await granted(app)
  const next = await refreshed(app, refresh_token)
  const repeated = await refreshed(rotated, refresh_token)
  assert.equal(repeated.refresh_token, next.refresh_token)
  const later = await refreshed(rotated, next.refresh_token)
  const last = await refreshed(afterwards, later.refresh_token)
  assert.equal((await get(afterwards, '/api/v1/auth/me', last.access_token)).statusCode, 200)
})

test('a successor that no known secret can say again is refused, and its session lives on', async () => {
  const { refresh_token } = await granted(app)
  const next = await refreshed(app, refresh_token)
  assertFailure(await refresh(afterwards, refresh_token), { status: 401, error: 'invalid token' })
  await refreshed(afterwards, next.refresh_token)
})
