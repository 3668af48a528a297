import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp } from '../app/test-app.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const urls = ['/open', '/health', '/metrics', '/nothing', '/me', '/%zz', '/openapi.json']

test('an acceptable X-Request-Id is kept on every answer, errors included', async (t) => {
  const { app } = await startTestApp(t)
  for (const id of ['a', 'A-Z_0.9', 'x'.repeat(128)]) {
    for (const url of urls) {
      const answer = await app.inject({ url, headers: { 'x-request-id': id } })
      assert.equal(answer.headers['x-request-id'], id, url)
    }
  }
})

test('any other X-Request-Id is replaced', async (t) => {
  const { app } = await startTestApp(t)
  for (const id of [undefined, '', 'x'.repeat(129), 'a b', 'a,b', 'é', '<script>', 'a/b', "a'b"]) {
    for (const url of urls) {
      const answer = await app.inject({ url, headers: id === undefined ? {} : { 'x-request-id': id } })
      assert.match(String(answer.headers['x-request-id']), uuid, `${url} ${id}`)
    }
  }
})

test('two requests have two ids', async (t) => {
  const { app } = await startTestApp(t)
  const [one, two] = [await app.inject('/open'), await app.inject('/open')]
  assert.notEqual(one.headers['x-request-id'], two.headers['x-request-id'])
})
