import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { startTestApp } from './test-app.ts'

test('/health and /healthz say that the process serves, whatever its dependencies do', async (t) => {
  const down = async () => {
    throw new Error('away')
  }
  const { app } = await startTestApp(t, { dependencies: { required: { database: down } } })
  for (const url of ['/health', '/healthz']) {
    const answer = await app.inject(url)
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json(), { status: 'ok', service: 'test-service' })
  }
})

test('/readyz is 200 with a line per dependency while all required ones work', async (t) => {
  const fails = async () => {
    throw new Error('away')
  }
  const dependencies = { required: { database: async () => 1 }, optional: { invgate: fails } }
  const { app } = await startTestApp(t, { dependencies })
  const answer = await app.inject('/readyz')
  assert.equal(answer.statusCode, 200)
  assert.deepEqual(answer.json().dependencies, { database: 'ok', invgate: 'unavailable' })
})

test('/readyz is 503 in the failure shape without a required dependency, and does not say why', async (t) => {
  const required = {
    database: async () => {
      throw new Error('ECONNREFUSED 10.0.0.7:3306')
    },
    hanging: () => new Promise(() => {}),
    good: async () => 1,
  }
  const { app } = await startTestApp(t, { dependencies: { required } })
  const answer = await app.inject('/readyz')
  const { data } = assertFailure(answer, {
    status: 503,
    code: 'service.unavailable',
    error: 'not ready: database, hanging',
  })
  assert.deepEqual(data, {
    dependencies: { database: 'unavailable', hanging: 'no answer in time', good: 'ok' },
  })
  assert.doesNotMatch(answer.body, /10\.0\.0\.7/)
})

test('/metrics counts every request by method, route and status', async (t) => {
  const { app } = await startTestApp(t)
  await app.inject('/open')
  await app.inject('/me')
  await app.inject('/made/up/path')
  const answer = await app.inject('/metrics')
  assert.match(String(answer.headers['content-type']), /^text\/plain/)
  const count = (labels: string) =>
    new RegExp(`^http_request_duration_seconds_count\\{.*${labels}.*\\} 1$`, 'm')
  assert.match(answer.body, count('method="GET",route="/open",status="200"'))
  assert.match(answer.body, count('method="GET",route="/me",status="401"'))
  assert.match(answer.body, count('method="GET",route="unknown",status="404"'))
  assert.doesNotMatch(answer.body, /made\/up/)
  assert.match(answer.body, /http_request_duration_seconds_bucket\{le="0.005"/)
  assert.match(answer.body, /process_resident_memory_bytes/)
})

test('the description is OpenAPI 3.1 and has a page to browse it', async (t) => {
  const { app } = await startTestApp(t)
  const description = await app.inject('/openapi.json')
  assert.equal(description.statusCode, 200)
  const { openapi, paths } = description.json()
  assert.match(openapi, /^3\.1\./)
  assert.ok(paths['/health'].get.responses['200'])
  assert.ok(paths['/health'].get.responses['5XX'], 'every operation can fail in the one way')
  const page = await app.inject('/docs')
  const body = page.statusCode === 200 ? page : await app.inject(String(page.headers.location))
  assert.equal(body.statusCode, 200)
  assert.match(String(body.headers['content-type']), /^text\/html/)
})
