import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { AppError } from '../../src/errors/app-error.ts'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { bearer } from '../../src/test-kit/sign-token.ts'
import { startTestApp } from '../app/test-app.ts'

const json = { 'content-type': 'application/json' }

test('400 to 500 have the one failure shape', async (t) => {
  const { app } = await startTestApp(t, {
    routes: (app) => {
      const body = Type.Object({ title: Type.String({ minLength: 1, maxLength: 3 }), n: Type.Integer() })
      app.post('/strict', { schema: { body } }, async () => ({}))
      app.get('/conflict', async () => {
        throw new AppError('thing.conflict', 'it exists', { data: { id: 7 }, errors: { name: ['is taken'] } })
      })
      app.get('/boom', async () => {
        throw new Error('SELECT secret FROM /etc/passwd at 10.0.0.7')
      })
      app.get('/boom-text', async () => {
        throw 'no error at all'
      })
      app.get('/upstream-status', async () => {
        throw Object.assign(new Error('connect 10.0.0.7:3306'), { statusCode: 502 })
      })
    },
  })
  const post = (payload: string, headers: Record<string, string> = json) =>
    app.inject({ method: 'POST', url: '/strict', payload, headers })

  const invalid = assertFailure(await post('{"title":"long","n":"1"}'), {
    status: 400,
    code: 'request.invalid',
    fields: ['title', 'n'],
  })
  assert.deepEqual(invalid.errors, {
    title: ['must be at most 3 characters long'],
    n: ['must be an integer'],
  })
  assertFailure(await post('{}'), { status: 400, fields: ['title', 'n'] })
  for (const body of ['null', '[]', '"x"', '7'])
    assertFailure(await post(body), { status: 400, fields: ['body'] })
  assertFailure(await app.inject('/me'), { status: 401, code: 'auth.unauthenticated' })
  const foreign = { ...bearer({ sub: 'ada' }), 'x-tenant-id': '2' }
  assertFailure(await app.inject({ url: '/me', headers: foreign }), { status: 403, code: 'tenant.forbidden' })
  assertFailure(await app.inject('/nothing/here?token=secret'), {
    status: 404,
    code: 'route.not_found',
    error: 'there is no GET /nothing/here',
  })
  const conflict = assertFailure(await app.inject('/conflict'), { status: 409, fields: ['name'] })
  assert.deepEqual(conflict.data, { id: 7 })
  assertFailure(await post(JSON.stringify({ title: 'x'.repeat(3000) })), {
    status: 413,
    code: 'request.too_large',
  })
  assertFailure(await post('<a/>', { 'content-type': 'text/xml' }), {
    status: 415,
    code: 'request.unsupported_type',
  })
  for (const url of ['/boom', '/boom-text', '/upstream-status']) {
    const answer = await app.inject(url)
    assertFailure(answer, { status: 500, code: 'server.internal', fields: null })
    assert.doesNotMatch(answer.body, /SELECT|passwd|10\.0\.0\.7|no error/)
  }
})

test('a body that is no strict JSON is 400 invalid JSON body, word for word', async (t) => {
  const { app } = await startTestApp(t)
  const bodies: (string | Buffer)[] = [
    '',
    '{',
    '{"a":1,}',
    "{'a':1}",
    '{"a":1}}',
    '{"a":NaN}',
    '{"a":"\u0000"}',
    '{"__proto__":{"role":"admin"}}',
    '{"constructor":{"prototype":{}}}',
    '{"a":"\\ud800"}',
    '{"\\udc00":1}',
    '[[["\\ud83d"]]]',
    Buffer.from([0x22, 0xff, 0x22]),
    Buffer.from([0x22, 0xc0, 0xaf, 0x22]),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    `${'['.repeat(1000)}`,
  ]
  for (const payload of bodies) {
    const answer = await app.inject({ method: 'POST', url: '/echo', payload, headers: json })
    assertFailure(answer, {
      status: 400,
      code: 'request.malformed',
      error: 'invalid JSON body',
      fields: null,
    })
  }
  for (const payload of ['{"a":"\\ud83d\\ude00"}', '{"a":"\\u0000"}', '\ufeff{"a":1}']) {
    assert.equal((await app.inject({ method: 'POST', url: '/echo', payload, headers: json })).statusCode, 200)
  }
})

test('a body may have as many bytes as the limit and not one more', async (t) => {
  const { app } = await startTestApp(t, { config: { BODY_LIMIT_BYTES: 1024 } })
  const send = (bytes: number) =>
    app.inject({ method: 'POST', url: '/echo', payload: `"${'x'.repeat(bytes - 2)}"`, headers: json })
  assert.equal((await send(1024)).statusCode, 200)
  assertFailure(await send(1025), {
    status: 413,
    error: 'the body is larger than 1024 bytes, the limit here',
  })
})

test('an answer with an undeclared status fails outside production, and passes in it', async (t) => {
  const routes = (app: Awaited<ReturnType<typeof startTestApp>>['app']) => {
    const schema = { response: { 200: Type.Object({}) } }
    app.get('/undeclared', { schema }, async (_request, reply) => reply.code(202 as 200).send({}))
  }
  const { app, logLines } = await startTestApp(t, { routes })
  assertFailure(await app.inject('/undeclared'), { status: 500, code: 'server.internal' })
  assert.match(logLines.join(''), /answered 202, which it does not declare/)

  const production = await startTestApp(t, { routes, config: { NODE_ENV: 'production' } })
  assert.equal((await production.app.inject('/undeclared')).statusCode, 202)
})
