import assert from 'node:assert/strict'
import { after, before, describe, it, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { createClient, path, startService, unknown } from './hooks.ts'
import { startReceiver } from './receiver.ts'

const url = 'https://hooks.example.com/T0/secret-part'
const theirs = bearer({ sub: 'eve@example.com', uid: 901, role: 'admin', tenant_id: 2 })
const operator = { ...bearer({ sub: 'op@example.com', uid: 902, role: 'vendor' }), 'x-tenant-id': '2' }
const others = ['user', 'agent', 'committee', 'vendor'].map((role) =>
  bearer({ sub: 'x@example.com', uid: 7, role, tenant_id: 2 }),
)
/** Each route, for one webhook or delivery. */
const routes = (id: string) =>
  [
    ['GET', `${path}/${id}`],
    ['PATCH', `${path}/${id}`, { active: false }],
    ['DELETE', `${path}/${id}`],
    ['POST', `${path}/${id}/rotate-secret`],
    ['POST', `${path}/${id}/test`],
    ['GET', `${path}/${id}/deliveries?limit=9`],
    ['POST', `${path}/deliveries/${id}/redeliver`],
  ] as const

describe('the administration of webhooks', () => {
  let s: TicketService
  let client: ReturnType<typeof createClient>
  before(async () => {
    s = await startService()
    client = createClient(s)
  })
  after(() => s.close())

  const idsOf = async (headers: object, query = 'limit=100') =>
    (await client.ask(`${path}?${query}`, { headers })).json().data.map(({ id }: { id: string }) => id)

  it('adds one, whose secret is shown once and sealed where it is kept', async () => {
    const wanted = { url, description: 'Slack', events: ['ticket.created'] }
    const answer = await client.ask(path, { method: 'POST', payload: wanted })
    assert.equal(answer.statusCode, 201, answer.body)
    const { secret, ...webhook } = answer.json().data
    assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/)
    const { id, created_at, updated_at, ...rest } = webhook
    assert.deepEqual(rest, { ...wanted, active: true, disabled_reason: null })
    assert.equal(created_at, updated_at)
    assert.deepEqual((await client.ask(`${path}/${id}`)).json().data, webhook)
    assert.deepEqual((await client.ask(`${path}?limit=9`)).json().data, [webhook])
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const [row] = await sql(s.database, `SELECT secret FROM webhooks WHERE id = '${id}'`)
    assert.ok(row?.secret instanceof Buffer && !row.secret.includes(key) && row.secret.length > key.length)
    assert.ok(!s.logLines.join('').includes(secret.slice('whsec_'.length)))
  })

  it('changes what is named and leaves the rest; removes it', async () => {
    const { id } = await client.add(url, { description: 'before' })
    const changed = await client.ask(`${path}/${id}`, {
      method: 'PATCH',
      payload: { events: ['ticket.assigned'] },
    })
    assert.equal(changed.statusCode, 200, changed.body)
    const { data } = changed.json()
    assert.deepEqual(
      [data.url, data.description, data.events, data.active],
      [url, 'before', ['ticket.assigned'], true],
    )
    assert.deepEqual((await client.ask(`${path}/${id}`)).json().data, data)
    const removed = await client.ask(`${path}/${id}`, { method: 'DELETE' })
    assert.deepEqual([removed.statusCode, removed.json().data], [200, null])
    assertFailure(await client.ask(`${path}/${id}`), { status: 404, code: 'webhook.not_found' })
  })

  it('writes down who changed what, without a secret', async () => {
    const { id, secret } = await client.add(url)
    await client.ask(`${path}/${id}`, { method: 'PATCH', payload: { url: `${url}/2`, active: false } })
    await client.ask(`${path}/${id}/rotate-secret`, { method: 'POST' })
    await client.ask(`${path}/${id}`, { method: 'DELETE' })
    const entries = await sql(
      s.database,
      `SELECT tenant_id, actor_id, actor, action, address, details FROM audit_entries WHERE subject = 'webhook:${id}' ORDER BY seq`,
    )
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['created', 'changed', 'secret_rotated', 'removed'].map((what) => `webhook.${what}`),
    )
    for (const { tenant_id, actor_id, actor, address } of entries)
      assert.deepEqual([tenant_id, actor_id, actor, address], [1, 900, 'ada@example.com', '127.0.0.1'])
    assert.deepEqual(JSON.parse(String(entries[1]?.details)), {
      url: 'https://hooks.example.com',
      active: false,
    })
    const written = JSON.stringify(entries)
    assert.ok(!written.includes('secret-part') && !written.includes(secret))
  })

  it('what cannot be written down does not happen', async () => {
    const { id } = await client.add(url)
    await sql(s.database, 'RENAME TABLE audit_entries TO audit_elsewhere')
    const failed = await client.ask(`${path}/${id}`, { method: 'DELETE' })
    await sql(s.database, 'RENAME TABLE audit_elsewhere TO audit_entries')
    assert.equal(failed.statusCode, 500)
    assert.equal((await client.ask(`${path}/${id}`)).statusCode, 200)
  })

  it("another tenant's, an unknown and no id at all answer the same 404 on every route", async () => {
    const { id } = await client.add(url)
    for (const wanted of [id, unknown, 'x', 'ä'])
      for (const [method, route, payload] of routes(encodeURIComponent(wanted))) {
        const answer = await client.ask(route, { method, headers: theirs, ...(payload && { payload }) })
        const code = route.includes('redeliver') ? 'webhook_delivery.not_found' : 'webhook.not_found'
        assertFailure(answer, { status: 404, code, fields: null })
      }
    assert.deepEqual(await idsOf(theirs), [])
    assert.equal((await client.ask(`${path}/${id}`)).json().data.active, true)
  })

  it('whoever is no admin is refused on every route, whether or not there is a webhook', async () => {
    const { id } = await client.add(url, {}, theirs)
    for (const headers of others) {
      for (const [method, route, payload] of [...routes(id), ...routes(unknown)])
        assertFailure(await client.ask(route, { method, headers, ...(payload && { payload }) }), {
          status: 403,
        })
      assertFailure(await client.ask(path, { method: 'POST', headers, payload: { url } }), { status: 403 })
      assertFailure(await client.ask(`${path}?limit=9`, { headers }), { status: 403 })
    }
    for (const [method, route] of routes(id))
      assertFailure(await client.ask(route, { method, headers: {} }), { status: 401 })
    assert.deepEqual(await idsOf(operator), [id])
    assert.equal((await client.ask(`${path}/${id}`, { headers: operator })).statusCode, 200)
  })

  it('lists a page at a time', async () => {
    const five = bearer({ sub: 'p@example.com', role: 'admin', tenant_id: 5 })
    const made: string[] = []
    for (let i = 0; i < 3; i += 1) made.push((await client.add(url, {}, five)).id)
    const first = (await client.ask(`${path}?limit=2`, { headers: five })).json()
    assert.deepEqual(first.meta.pagination, {
      next_cursor: made[1],
      has_next: true,
      has_prev: false,
      limit: 2,
    })
    assert.deepEqual(await idsOf(five, `limit=2&cursor=${made[1]}`), [made[2]])
    assert.deepEqual(await idsOf(five), made)
    for (const [query, field] of [
      ['', 'limit'],
      ['limit=0', 'limit'],
      ['limit=9&cursor=x', 'cursor'],
    ])
      assertFailure(await client.ask(`${path}?${query}`), { status: 400, fields: [String(field)] })
  })

  it('refuses what is wrong, by its field', async () => {
    const wrong: [object, string | null][] = [
      [{}, 'url'],
      [{ url: 1 }, 'url'],
      [{ url: `https://example.com/${'x'.repeat(2000)}` }, 'url'],
      [{ url, description: 'x'.repeat(256) }, 'description'],
      [{ url, events: 'ticket.created' }, 'events'],
      [{ url, events: ['ticket.created', 'ticket.created'] }, 'events'],
      [{ url, active: 'yes' }, 'active'],
      [{ url, secret: 'whsec_x' }, 'secret'],
    ]
    for (const [payload, field] of wrong)
      assertFailure(await client.ask(path, { method: 'POST', payload }), {
        status: 400,
        fields: [String(field)],
      })
    assertFailure(await client.ask(path, { method: 'POST', payload: { url, events: ['x'] } }), {
      status: 400,
    })
    const { id } = await client.add(url)
    assertFailure(await client.ask(`${path}/${id}`, { method: 'PATCH', payload: {} }), { status: 400 })
  })

  it('a tenant has at most 20', async () => {
    const nine = bearer({ sub: 'p@example.com', role: 'admin', tenant_id: 9 })
    for (let i = 0; i < 20; i += 1) await client.add(url, {}, nine)
    const answer = await client.ask(path, { method: 'POST', payload: { url }, headers: nine })
    assertFailure(answer, { status: 409, code: 'webhook.conflict' })
    assert.equal((await idsOf(nine)).length, 20)
  })

  it('with another key that seals they need another secret each', async () => {
    const receiver = await startReceiver()
    const { id } = await client.add(receiver.url)
    const { ask } = createClient({ app: await s.startReplica({ WEBHOOK_SECRET_KEY: 'x'.repeat(32) }) })
    const test = async () => (await ask(`${path}/${id}/test`, { method: 'POST' })).json().data
    assert.deepEqual([(await test()).status, (await test()).error], ['failed', 'its secret cannot be opened'])
    assert.equal((await ask(`${path}/${id}/rotate-secret`, { method: 'POST' })).statusCode, 200)
    assert.equal((await test()).status, 'delivered')
    await receiver.close()
  })
})

test('without the key that seals secrets there are no webhooks', async (t) => {
  const s = await startTicketService()
  t.after(() => s.close())
  const answer = await createClient(s).ask(path, { method: 'POST', payload: { url } })
  assertFailure(answer, { status: 503, code: 'webhooks.unavailable' })
})
