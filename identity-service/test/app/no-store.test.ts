import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorization, post, registered, registeredUsername, tixgoLogin, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { enrolled, secondFactorSecret } from '../kit/second-factors.ts'

test('no cache keeps an answer: not one with a token, a key or a secret, and no failure', async (t) => {
  const { app, close } = await startIdentityService({ SECOND_FACTOR_SECRET: secondFactorSecret })
  t.after(close)
  const { email, password, token } = await registered(app)
  const { username, password: other } = await registeredUsername(app)
  await enrolled(app, token)
  const mine = authorization(token)
  const answers = {
    werk: await werkLogin(app, email, password),
    tixgo: await tixgoLogin(app, username, other),
    workpulse: await post(app, '/api/v1/auth/login', { email, password }),
    'second factor': await post(app, '/api/v1/auth/second-factor', {}, mine),
    'API key': await post(app, '/api/v1/auth/api-keys', { name: 'one', scopes: ['tickets:read'] }, mine),
    me: await app.inject({ url: '/auth/me', headers: mine }),
    refused: await werkLogin(app, email, 'wrong'),
    unknown: await app.inject('/nowhere'),
  }
  for (const [what, { headers }] of Object.entries(answers))
    assert.equal(headers['cache-control'], 'no-store', what)
})
