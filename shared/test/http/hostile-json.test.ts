import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { createKeyScope } from '../../src/idempotency/idempotency-key.ts'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { testSecret } from '../../src/test-kit/sign-token.ts'
import { startTestApp } from '../app/test-app.ts'

const json = { 'content-type': 'application/json' }

test('a list in which every entry is wrong costs no more than the list, and is answered in short', async (t) => {
  const { app } = await startTestApp(t, {
    config: { BODY_LIMIT_BYTES: 4_194_304 },
    routes: (app) => {
      const body = Type.Object({ list: Type.Array(Type.Object({ id: Type.String() }), { maxItems: 500 }) })
      app.post('/list', { schema: { body } }, async () => ({}))
    },
  })
  const post = (payload: string) => app.inject({ method: 'POST', url: '/list', payload, headers: json })
  const answer = await post(`{"list":[${Array(2_000_000).fill(0).join(',')}]}`)
  assertFailure(answer, { status: 400, code: 'request.invalid', fields: ['list'] })
  assert.ok(answer.body.length < 1000, `${answer.body.length} characters`)

  const some = await post(JSON.stringify({ list: Array(500).fill(0) }))
  assertFailure(some, { status: 400, code: 'request.invalid' })
  assert.equal(Object.keys(some.json().errors).length, 100)
})

test('JSON that is nested very deeply is malformed, and never a fault of ours', async (t) => {
  const keys = createKeyScope({ JWT_SECRET: testSecret })
  const { app } = await startTestApp(t, {
    config: { BODY_LIMIT_BYTES: 1_048_576 },
    routes: (app) => {
      app.post('/fingerprint', async (request) => keys.fingerprint({ body: request.body }))
    },
  })
  const post = (deep: number) => {
    const payload = `{"x":${'['.repeat(deep)}${']'.repeat(deep)}}`
    return app.inject({ method: 'POST', url: '/fingerprint', payload, headers: json })
  }
  assert.equal((await post(99)).statusCode, 200)
  for (const deep of [100, 10_000, 500_000])
    assertFailure(await post(deep), { status: 400, code: 'request.malformed', error: 'invalid JSON body' })
})
