import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bearer } from '../../src/test-kit/sign-token.ts'
import { startTestApp } from './test-app.ts'

test('one JSON line a request, with its id, and without its query', async (t) => {
  const { app, logLines } = await startTestApp(t)
  await app.inject({ url: '/open?ticket=one-time-secret', headers: { 'x-request-id': 'the-id' } })
  const lines = logLines.map((line) => JSON.parse(line)).filter((line) => line.msg === 'answered')
  assert.equal(lines.length, 1)
  const { request_id, method, path, status, service } = lines[0]
  assert.deepEqual(
    { request_id, method, path, status, service },
    { request_id: 'the-id', method: 'GET', path: '/open', status: 200, service: 'test-service' },
  )
  assert.doesNotMatch(logLines.join(''), /one-time-secret/)
})

test('the line of an authenticated request names account and tenant, never the token', async (t) => {
  const { app, logLines } = await startTestApp(t)
  const headers = bearer({ sub: 'ada', tenant_id: 3 })
  await app.inject({ url: '/me', headers })
  const line = logLines.map((text) => JSON.parse(text)).find((found) => found.path === '/me')
  assert.deepEqual([line.sub, line.tenant_id], ['ada', 3])
  assert.ok(!logLines.join('').includes(headers.authorization.slice(7)))
})

test('passwords, tokens, cookies and authorization are redacted wherever they are logged', async (t) => {
  const { app, logLines } = await startTestApp(t, {
    routes: (app) => {
      app.post('/careless', async (request) => {
        const { headers, body } = request
        request.log.info({ headers, body }, 'careless')
        request.log.info({ req: { headers, body }, res: { headers: { cookie: 'leaked' } } }, 'careless')
        request.log.info(Object.assign({ account: body }, body), 'careless')
        return {}
      })
    },
  })
  const names = ['password', 'token', 'access_token', 'refresh_token', 'secret']
  const payload = Object.fromEntries(names.map((name) => [name, 'leaked']))
  const headers = { authorization: 'Bearer leaked', cookie: 'refresh_token=leaked' }
  await app.inject({ method: 'POST', url: '/careless', payload, headers })
  const logged = logLines.filter((line) => line.includes('careless'))
  assert.ok(logged.length >= 3)
  assert.doesNotMatch(logged.join(''), /leaked/)
  assert.match(logged.join(''), /\[redacted\]/)
})

test('a failure of ours is logged with its cause and its request id, which the client does not see', async (t) => {
  const { app, logLines } = await startTestApp(t, {
    routes: (app) => {
      app.get('/boom', async () => {
        throw new Error('the inner reason')
      })
    },
  })
  const answer = await app.inject({ url: '/boom', headers: { 'x-request-id': 'boom-id' } })
  assert.doesNotMatch(answer.body, /inner reason/)
  const line = logLines.map((text) => JSON.parse(text)).find((found) => found.msg === 'request failed')
  assert.equal(line.request_id, 'boom-id')
  assert.match(JSON.stringify(line.err), /the inner reason/)
})
