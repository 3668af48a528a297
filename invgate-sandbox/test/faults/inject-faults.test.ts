import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault } from '../../src/control.ts'
import type { RunningSandbox } from '../../src/start.ts'
import { createCaller, openSandbox, ticket, ticketForm } from '../invgate-caller.ts'
import { until } from '../until.ts'

async function openWith(t: Parameters<typeof openSandbox>[0], fault: Fault, path = 'incident') {
  const sandbox = await openSandbox(t)
  await sandbox.control.setFaults([{ route: `POST ${path}`, fault, times: 1 }])
  return { sandbox, invgate: createCaller(sandbox) }
}

const countIncidents = async (sandbox: RunningSandbox) => (await sandbox.control.incidents()).length

const moments = [
  { when: 'before', committed: 0 },
  { when: 'after', committed: 1 },
] as const

for (const { when, committed } of moments) {
  test(`a reset ${when} the commit breaks the connection and leaves ${committed} incidents`, async (t) => {
    const { sandbox, invgate } = await openWith(t, { type: 'reset', when })
    await assert.rejects(invgate.post('incident', ticket), isReset)
    assert.equal(await countIncidents(sandbox), committed)
  })

  test(`a hang ${when} the commit never answers and leaves ${committed} incidents`, async (t) => {
    const { sandbox, invgate } = await openWith(t, { type: 'hang', when })
    const gaveUp = new AbortController()
    const call = invgate.raw('POST', 'incident', ticket, { signal: gaveUp.signal })
    // the rule is used up once the call has come in
    await until(async () => (await sandbox.control.faults()).length === 0)
    await until(async () => (await countIncidents(sandbox)) >= committed)
    gaveUp.abort()
    await assert.rejects(call, { name: 'AbortError' })
    assert.equal(await countIncidents(sandbox), committed)
  })

  test(`a status ${when} the commit answers it with Retry-After and leaves ${committed} incidents`, async (t) => {
    const { sandbox, invgate } = await openWith(t, { type: 'status', status: 429, retry_after: 3, when })
    const response = await invgate.raw('POST', 'incident', ticketForm([new File(['x'], 'x')]))
    assert.equal(response.status, 429)
    assert.equal(response.headers.get('retry-after'), '3')
    assert.deepEqual(await response.json(), { error: 'Too Many Requests', status: 429 })
    assert.equal(await countIncidents(sandbox), committed)
  })

  test(`HTML ${when} the commit comes instead of JSON and leaves ${committed} incidents`, async (t) => {
    const { sandbox, invgate } = await openWith(t, { type: 'html', status: 502, when })
    const response = await invgate.raw('POST', 'incident', ticket)
    assert.equal(response.status, 502)
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/)
    assert.match(await response.text(), /^<!DOCTYPE html>/)
    assert.equal(await countIncidents(sandbox), committed)
  })

  test(`status ERROR ${when} the commit is an HTTP 200 and leaves ${committed} incidents`, async (t) => {
    const { sandbox, invgate } = await openWith(t, { type: 'error_status', info: 'No', when }, 'incidents')
    assert.deepEqual(await invgate.post('incidents', ticket), {
      status: 200,
      body: { status: 'ERROR', info: 'No' },
    })
    assert.equal(await countIncidents(sandbox), committed)
  })
}

test('a truncated answer announces its whole length, breaks off and is committed', async (t) => {
  const { sandbox, invgate } = await openWith(t, { type: 'truncate' })
  const response = await invgate.raw('POST', 'incident', ticket)
  assert.equal(response.status, 200)
  assert.ok(Number(response.headers.get('content-length')) > 20)
  await assert.rejects(response.text())
  assert.equal(await countIncidents(sandbox), 1)
})

test('a download can be truncated', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  const { body } = await invgate.post('incidents', ticketForm([new File(['x'.repeat(500_000)], 'x.txt')]))
  const { url } = (await invgate.get(`incident.attachment?id=${body.attachments[0]}`)).body
  await sandbox.control.setFaults([{ route: 'GET attachments/:id', fault: { type: 'truncate' } }])
  const response = await invgate.raw('GET', url)
  assert.equal(response.headers.get('content-length'), '500000')
  await assert.rejects(response.arrayBuffer())
})

test('latency holds the answer back and then lets it through', async (t) => {
  const { invgate } = await openWith(t, { type: 'latency', ms: 60 })
  const start = performance.now()
  assert.equal((await invgate.post('incident', ticket)).status, 200)
  assert.ok(performance.now() - start >= 59)
})

test('a status can carry any body', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  const rule = (body: unknown) => ({
    route: '*',
    fault: { type: 'status', status: 500, body } as const,
    times: 1,
  })
  await sandbox.control.setFaults([rule({ odd: true }), rule('plain')])
  assert.deepEqual((await invgate.get('categories')).body, { odd: true })
  assert.equal(await (await invgate.raw('GET', 'categories')).text(), 'plain')
})

test('the first rule that matches strikes as often as it says, then the next', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  const status = (code: number) => ({ type: 'status', status: code }) as const
  await sandbox.control.setFaults([
    { route: 'GET categories', fault: status(503), times: 2 },
    { route: '*', fault: status(500), times: 1 },
  ])
  const seen: number[] = []
  for (let n = 0; n < 4; n++) seen.push((await invgate.get('categories')).status)
  assert.deepEqual(seen, [503, 503, 500, 200])
  assert.deepEqual(await sandbox.control.faults(), [])
})

test('a rule strikes its own route only, and none once cleared', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  await sandbox.control.setFaults([{ route: 'POST incident', fault: { type: 'status', status: 503 } }])
  assert.equal((await invgate.post('incidents', ticket)).status, 201)
  assert.equal((await invgate.post('incident', ticket)).status, 503)
  await sandbox.control.clearFaults()
  assert.equal((await invgate.post('incident', ticket)).status, 200)
})

test('a share of 1 always strikes, of 0 never, and of a half now and then', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  const strikes = async (share: number) => {
    await sandbox.control.setFaults([{ route: '*', fault: { type: 'status', status: 503 }, share }])
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => invgate.get('incident.attributes.type')),
    )
    return answers.filter(({ status }) => status === 503).length
  }
  assert.equal(await strikes(1), 40)
  assert.equal(await strikes(0), 0)
  const half = await strikes(0.5)
  assert.ok(half > 0 && half < 40)
})

test('a rule for a route that does not exist, or of no known kind, is refused', async (t) => {
  const sandbox = await openSandbox(t)
  const put = (body: unknown) =>
    fetch(new URL('/control/faults', sandbox.origin), {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const fault = { type: 'truncate' }
  assert.equal((await put([{ route: 'POST /incidents', fault }])).status, 400)
  assert.equal((await put([{ route: '*', fault: { type: 'explode' } }])).status, 400)
  assert.equal((await put([{ route: '*', fault, times: 0 }])).status, 400)
  assert.deepEqual(await sandbox.control.faults(), [])
})

test('a sandbox closes while calls hang in it', async (t) => {
  const { sandbox, invgate } = await openWith(t, { type: 'hang', when: 'after' })
  const call = assert.rejects(invgate.post('incident', ticket))
  await until(async () => (await countIncidents(sandbox)) > 0)
  await sandbox.close()
  await call
})

function isReset(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNRESET'
}
