import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  createAuthenticateService,
  registerServiceTokens,
  type ServiceTokens,
} from '../../src/auth/service-token.ts'
import { ConfigError } from '../../src/config/read-config.ts'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { signToken, testSecret } from '../../src/test-kit/sign-token.ts'
import { startTestApp } from '../app/test-app.ts'

const secret = 'a secret between services, of 32 bytes or more'
const typ = 'werk-internal+jwt'
const now = () => Math.floor(Date.now() / 1000)
const claims = () => ({ sub: 'ticket-service', aud: 'werk-internal', exp: now() + 60 })

async function start(t: TestContext) {
  let serviceTokens: ServiceTokens | undefined
  const { app, tokens } = await startTestApp(t, {
    routes: (app) => {
      app.register(async (inner) => {
        serviceTokens = await registerServiceTokens(inner, {
          INTERNAL_SECRET: secret,
          JWT_SECRET: testSecret,
        })
        const onRequest = createAuthenticateService(serviceTokens)
        inner.get('/internal', { onRequest }, async () => ({ in: true }))
      })
    },
  })
  assert.ok(serviceTokens)
  const call = (url: string, token: string) =>
    app.inject({ url, headers: { authorization: `Bearer ${token}` } })
  return { app, tokens, serviceTokens, call }
}

test('a service token opens what is internal, and is no token of a user', async (t) => {
  const { serviceTokens, call, app } = await start(t)
  assert.equal((await call('/internal', serviceTokens.issue())).statusCode, 200)
  assertFailure(await call('/me', serviceTokens.issue()), { status: 401, code: 'token.unauthenticated' })
  const bySameSecret = signToken(claims(), { secret: testSecret, header: { typ } })
  assertFailure(await call('/me', bySameSecret), { status: 401, code: 'token.unauthenticated' })
  assertFailure(await app.inject('/internal'), { status: 401, error: 'missing authorization header' })
})

test("a user's token opens nothing internal, not even one signed with the secret of the services", async (t) => {
  const { tokens, call } = await start(t)
  const refused = {
    'a real one': tokens.issue({ sub: 'root', role: 'admin', tenant_id: 1 }, 60),
    'an admin of theirs': signToken({ ...claims(), role: 'admin' }),
    'the right claims by the wrong secret': signToken(claims(), { header: { typ } }),
    "a user's type": signToken(claims(), { secret }),
    "a user's audience": signToken({ ...claims(), aud: 'werk-ticketing' }, { secret, header: { typ } }),
    'no audience': signToken({ ...claims(), aud: undefined }, { secret, header: { typ } }),
    expired: signToken({ ...claims(), exp: now() - 40 }, { secret, header: { typ } }),
    'without end': signToken({ ...claims(), exp: undefined }, { secret, header: { typ } }),
    unsigned: signToken(claims(), { secret, header: { typ, alg: 'none' } }),
    'an API key': 'werk_0123456789abcdef',
  }
  for (const [what, token] of Object.entries(refused)) {
    const answer = await call('/internal', token)
    assert.equal(answer.statusCode, 401, `${what} was let in`)
  }
})

test('a service does not boot with one secret for services and users', async (t) => {
  const { app } = await startTestApp(t, {
    routes: (app) => {
      app.register(async (inner) => {
        for (const secrets of [
          { INTERNAL_SECRET: testSecret, JWT_SECRET: testSecret },
          { INTERNAL_SECRET: secret, JWT_SECRET: testSecret, JWT_SECRET_PREVIOUS: secret },
        ]) {
          await assert.rejects(
            registerServiceTokens(inner, secrets),
            (error) => error instanceof ConfigError && /INTERNAL_SECRET/.test(error.message),
          )
        }
      })
    },
  })
  assert.ok(app)
})
