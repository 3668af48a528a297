import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { enrol, member, raise, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [ada, agent, admin, operator] = [
  member(7),
  member(9, 'agent'),
  member(11, 'admin', 2),
  member(12, 'vendor'),
]
const wanted = {
  title: 'No light',
  category: 'technical',
  priority: 'high',
  description: 'The lamp\nis dark.',
}
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('POST /tickets', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    await enrol(s, [ada, agent, admin, operator, member(21, 'user', 2)])
  })
  after(() => s.close())

  const post = (payload: object | string, headers: object = ada.headers) =>
    s.app.inject({ method: 'POST', url: '/tickets', headers: { ...headers }, payload })
  const ticketsOf = async (title: string) => sql(s.database, `SELECT * FROM tickets WHERE title = '${title}'`)

  it('→ 201 in the envelope, with the ticket as contract 7 words it; what is optional and absent is not there', async () => {
    const answer = await post(wanted)
    assert.equal(answer.statusCode, 201)
    assert.match(String(answer.headers['content-type']), /^application\/json/)
    const { meta, data, ...rest } = answer.json()
    assert.deepEqual(rest, {
      ok: true,
      success: true,
      message: 'the ticket is raised',
      error: null,
      errors: null,
    })
    assert.deepEqual(Object.keys(meta).sort(), ['request_id', 'timestamp'])
    assert.equal(meta.request_id, answer.headers['x-request-id'])
    assert.match(meta.timestamp, rfc3339)

    const { id, created_at, updated_at, creator, version, ...said } = data
    assert.deepEqual(said, {
      ...{ tenant_id: 1, user_id: 7, member_id: 7 },
      ...wanted,
      ...{ status: 'open', escalation_level: 0 },
    })
    assert.match(id, uuidv7)
    assert.match(created_at, rfc3339)
    assert.equal(updated_at, created_at)
    assert.ok(Math.abs(Date.parse(created_at) - Date.now()) < 60_000)
    // Ours, beyond the contract.
    assert.deepEqual([creator, version], [ada.sub, 1])
    assert.equal(answer.headers.location, `/tickets/${id}`)

    const read = await s.app.inject({ url: `/tickets/${id}`, headers: ada.headers })
    assert.equal(read.statusCode, 200)
    const { inv_gate_id: _, ...now } = read.json().data
    assert.deepEqual(now, data)
    assert.equal(read.headers.etag, answer.headers.etag)
  })

  it('keeps an attachment_url as it was given, and never fetches it', async () => {
    const attachment_url = 'https://files.example.com/a%20b?x=1&y=ü#z'
    const ticket = await raise(s.app, ada, { attachment_url })
    assert.equal(ticket.attachment_url, attachment_url)
    assert.equal((await read(s.app, ada, `/tickets/${ticket.id}`)).json().data.attachment_url, attachment_url)
  })

  it('takes a token that says no more than who it is: user_id is 0, and there is no member_id', async () => {
    const headers = bearer({ sub: 'plain@example.com' })
    const { user_id, tenant_id, creator, ...rest } = (await post(wanted, headers)).json().data
    assert.deepEqual([user_id, tenant_id, creator], [0, 1, 'plain@example.com'])
    assert.equal('member_id' in rest, false)
  })

  it('takes whose it is and where from the token, whatever the body says', async () => {
    const ticket = await raise(s.app, ada, {
      ...{ id: '01a22431-3d52-7125-8f80-c64f7c3b27aa', tenant_id: 2, user_id: 9, creator: 'x', agent_id: 9 },
      ...{
        status: 'closed',
        escalation_level: 3,
        created_at: '2001-01-01T00:00:00Z',
        version: 7,
        origin: 'invgate',
      },
    })
    assert.notEqual(ticket.id, '01a22431-3d52-7125-8f80-c64f7c3b27aa')
    const { tenant_id, user_id, creator, status, escalation_level, version } = ticket
    assert.deepEqual([tenant_id, user_id, creator], [1, 7, ada.sub])
    assert.deepEqual([status, escalation_level, version, 'agent_id' in ticket], ['open', 0, 1, false])
    assert.ok(Date.parse(String(ticket.created_at)) > Date.parse('2026-01-01'))
  })

  it('gives ids in the order of time', async () => {
    const ids: string[] = []
    for (let count = 0; count < 20; count += 1) ids.push((await raise(s.app, ada)).id)
    assert.deepEqual(ids.toSorted(), ids)
  })

  const text = (length: number, unit = 'x') => unit.repeat(length)
  const good: Record<string, object> = {
    'a title of 255 characters': { title: text(255) },
    'a title of 255 characters that are two code units each': { title: text(255, '🎫') },
    'a description of 65535 characters': { description: text(65_535, 'ß') },
    'an attachment_url of 2048 characters': { attachment_url: `https://example.com/${text(2028)}` },
  }
  for (const [what, fields] of Object.entries(good))
    it(`takes ${what}, whole`, async () => {
      const ticket = await raise(s.app, ada, fields)
      const now = (await read(s.app, ada, `/tickets/${ticket.id}`)).json().data
      for (const [field, value] of Object.entries(fields)) assert.equal(now[field], value)
    })

  const bad: [what: string, fields: object, named: string[]][] = [
    ['no title', { title: undefined }, ['title']],
    ['an empty title', { title: '' }, ['title']],
    ['a blank title', { title: ' \n\t ' }, ['title']],
    ['a title of 256 characters', { title: text(256) }, ['title']],
    ['a number for a title', { title: 7 }, ['title']],
    ['null for a title', { title: null }, ['title']],
    ['no description', { description: undefined }, ['description']],
    ['a blank description', { description: '  ' }, ['description']],
    ['a description of 65536 characters', { description: text(65_536) }, ['description']],
    ['no category', { category: undefined }, ['category']],
    ['a category that is none', { category: 'hardware' }, ['category']],
    ['a category in capitals', { category: 'Billing' }, ['category']],
    ['no priority', { priority: undefined }, ['priority']],
    ['a priority that is none', { priority: 'urgent' }, ['priority']],
    ['a number for a priority', { priority: 1 }, ['priority']],
    ['an empty attachment_url', { attachment_url: '' }, ['attachment_url']],
    ['an attachment_url that is no URL', { attachment_url: 'my file' }, ['attachment_url']],
    ['an attachment_url that is code', { attachment_url: 'javascript:alert(1)' }, ['attachment_url']],
    [
      'an attachment_url of 2049 characters',
      { attachment_url: `https://example.com/${text(2029)}` },
      ['attachment_url'],
    ],
    [
      'an upload that is not there',
      { attachment_url: '/attachments/01a22431-3d52-7125-8f80-c64f7c3b27aa' },
      ['attachment_url'],
    ],
    ['a member_id that is no number', { member_id: '7' }, ['member_id']],
    ['a member_id of 0', { member_id: 0 }, ['member_id']],
    [
      'all of it wrong',
      { title: 1, category: 2, priority: 3, description: 4 },
      ['title', 'category', 'priority', 'description'],
    ],
  ]
  for (const [what, fields, named] of bad)
    it(`${what} → 400 with the field, and no ticket`, async () => {
      const [before] = await sql(s.database, 'SELECT COUNT(*) AS count FROM tickets')
      const answer = await post({ ...wanted, ...fields })
      const { errors } = assertFailure(answer, { status: 400, fields: named })
      for (const sentences of Object.values(errors ?? {}))
        assert.ok(sentences.every((sentence) => sentence !== ''))
      assert.deepEqual(await sql(s.database, 'SELECT COUNT(*) AS count FROM tickets'), [before])
    })

  it('no body, an empty one, another than JSON → 4xx; an object that lacks all names all four', async () => {
    const json = { ...ada.headers, 'content-type': 'application/json' }
    for (const body of ['', '{', 'title=a', 'null', '[]', '"a"', '7'])
      assertFailure(await post(body, json), { status: 400 })
    assertFailure(await post('a', { ...ada.headers, 'content-type': 'text/plain' }), { status: 415 })
    assertFailure(await post({}), { status: 400, fields: ['title', 'category', 'priority', 'description'] })
  })

  it('without a token, or with a bad one → 401 in the words of contract 1', async () => {
    assertFailure(await post(wanted, {}), { status: 401, error: 'missing authorization header' })
    const bad = { authorization: 'Bearer a.b.c' }
    assertFailure(await post(wanted, bad), { status: 401, error: 'invalid token' })
  })

  it('in a foreign tenant → 403, and no ticket; an operator raises it in the tenant that is named', async () => {
    const title = 'of which tenant'
    const into = (tenant: number) => ({ 'x-tenant-id': String(tenant) })
    assertFailure(await post({ ...wanted, title }, { ...ada.headers, ...into(2) }), { status: 403 })
    assertFailure(await post({ ...wanted, title }, { ...admin.headers, ...into(1) }), { status: 403 })
    assert.deepEqual(await ticketsOf(title), [])
    const answer = await post({ ...wanted, title }, { ...operator.headers, ...into(2) })
    assert.deepEqual([answer.statusCode, answer.json().data.tenant_id], [201, 2])
    assert.equal((await read(s.app, admin, `/tickets/${answer.json().data.id}`)).statusCode, 200)
    assertFailure(await read(s.app, agent, `/tickets/${answer.json().data.id}`), { status: 404 })
  })

  it('in an inactive tenant → 403, for those of it and for operators', async () => {
    await sql(s.database, "INSERT INTO directory_tenants (id, name, active) VALUES (3, 'closed', FALSE)")
    // A directory is only heeded where somebody tells of it; nobody does here, and what was told is known still.
    const following = {
      IDENTITY_URL: 'http://127.0.0.1:9',
      INTERNAL_SECRET: 'a secret for tests, of 32 bytes or more!',
    }
    const app = await s.startReplica(following)
    for (const headers of [bearer({ sub: 'a', tenant_id: 3 }), { ...operator.headers, 'x-tenant-id': '3' }])
      for (const request of [
        { url: '/tickets?limit=1' },
        { method: 'POST', url: '/tickets', payload: wanted } as const,
      ])
        assertFailure(await app.inject({ ...request, headers }), { status: 403, code: 'tenant.forbidden' })
  })

  it('about somebody else: staff names an account of the tenant, others → 403, no account of it → 400', async () => {
    assert.equal((await raise(s.app, agent, { member_id: 7 })).member_id, 7)
    assert.equal((await raise(s.app, ada, { member_id: 7 })).member_id, 7)
    assertFailure(await post({ ...wanted, member_id: 9 }), { status: 403, code: 'ticket.forbidden' })
    for (const member_id of [999, 21])
      assertFailure(await post({ ...wanted, member_id }, agent.headers), {
        status: 400,
        fields: ['member_id'],
      })
  })

  it('tells the agents of it, not whoever raised it', async () => {
    const { id } = await raise(s.app, ada)
    const told = await sql(s.database, `SELECT user_id, kind FROM notifications WHERE ticket_id = '${id}'`)
    assert.deepEqual(told, [{ user_id: agent.uid, kind: 'ticket.created' }])
  })
})
