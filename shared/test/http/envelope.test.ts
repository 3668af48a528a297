import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { Envelope, envelope } from '../../src/http/envelope.ts'
import { startTestApp } from '../app/test-app.ts'

const Thing = Type.Object({ id: Type.Integer() })

test('a success in the envelope has every member that the contract names, and the request id of its header', async (t) => {
  const { app } = await startTestApp(t, {
    routes: (app) => {
      app.get('/thing', { schema: { response: { 200: Envelope(Thing) } } }, async (request) =>
        envelope(request, { id: 7, secret: 'not in the schema' }, { message: 'found' }),
      )
    },
  })
  const answer = await app.inject({ url: '/thing', headers: { 'x-request-id': 'envelope-1' } })
  assert.equal(answer.statusCode, 200)
  const { meta, ...rest } = answer.json()
  assert.deepEqual(rest, {
    ok: true,
    success: true,
    message: 'found',
    data: { id: 7 },
    error: null,
    errors: null,
  })
  assert.deepEqual(Object.keys(meta), ['request_id', 'timestamp'])
  assert.equal(meta.request_id, 'envelope-1')
  assert.equal(new Date(meta.timestamp).toISOString(), meta.timestamp)
})

test('a list carries its pagination, and only the cursors that lead somewhere', async (t) => {
  const pagination = { next_cursor: '7', has_next: true, has_prev: false, limit: 1 }
  const { app } = await startTestApp(t, {
    routes: (app) => {
      app.get('/things', { schema: { response: { 200: Envelope(Type.Array(Thing)) } } }, async (request) =>
        envelope(request, [{ id: 7 }], { pagination }),
      )
      app.get('/nothing', { schema: { response: { 200: Envelope(Type.Null()) } } }, async (request) =>
        envelope(request, null),
      )
    },
  })
  assert.deepEqual((await app.inject('/things')).json().meta.pagination, pagination)
  const nothing = (await app.inject('/nothing')).json()
  assert.equal(nothing.data, null)
  assert.equal(nothing.message, 'ok')
})
