import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { enrol, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { naughty } from '../kit/naughty.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [owner, agent] = [member(7, 'user', 1, 77), member(9, 'agent', 1, 88)]
/** These cannot be said in UTF-8, only in JSON. */
const onlyInJson = ['\\ud800', '\\udc00', 'a\\ud83d', '\\ude00\\ud83d']
const blank = (text: string) => text.trim() === ''

describe('hostile text in the Tickets dialect', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    await enrol(s, [owner, agent])
  })
  after(() => s.close())

  const post = (url: string, payload: object | string, headers: object = owner.headers) =>
    s.app.inject({ method: 'POST', url, headers: { ...headers }, payload })
  const untilMirrored = () =>
    eventually(async () => {
      const [left] = await sql(
        s.database,
        'SELECT (SELECT COUNT(*) FROM mirror_jobs) AS jobs, (SELECT COUNT(*) FROM ticket_intents) AS intents',
      )
      assert.deepEqual({ ...left }, { jobs: 0, intents: 0 })
    }, 60_000)

  it('as title and description is the same in every answer, in the list and in InvGate, or 4xx', async (t) => {
    const kept = new Map<string, { title: string; description: string }>()
    for (const text of naughty) {
      const sent = { title: text, description: `${text}\n${text}`, category: 'account', priority: 'low' }
      const answer = await post('/tickets', sent)
      const what = `${JSON.stringify(text)} ${answer.body}`
      if (answer.statusCode !== 201) {
        assert.ok(answer.statusCode === 400 && blank(text), what)
        continue
      }
      const { id } = answer.json().data
      const detail = (await read(s.app, owner, `/tickets/${id}`)).json().data
      const last = `before:${'f'.repeat(8)}-ffff-ffff-ffff-${'f'.repeat(12)}`
      const [listed] = (await read(s.app, owner, `/tickets?limit=1&cursor=${last}`)).json().data
      const patched = (await patch(s.app, agent, id, { status: 'in_progress' })).json().data
      for (const ticket of [answer.json().data, detail, listed, patched]) {
        assert.equal(ticket.id, id)
        assert.deepEqual([ticket.title, ticket.description], [sent.title, sent.description], what)
      }
      kept.set(id, sent)
    }
    await untilMirrored()
    const incidents = new Map(
      (await s.sandbox.control.incidents()).map((incident) => [incident.id, incident]),
    )
    for (const [id, sent] of kept) {
      const { inv_gate_id } = (await read(s.app, owner, `/tickets/${id}`)).json().data
      const incident = incidents.get(inv_gate_id)
      assert.deepEqual([incident?.title, incident?.description], [sent.title, sent.description])
    }
    t.diagnostic(`${kept.size} of ${naughty.length} kept, the others refused`)
    assert.ok(kept.size > naughty.length * 0.9)
  })

  it('as a reply and as a note is the same in every answer, in the list and in InvGate, or 4xx', async (t) => {
    const { id } = await raise(s.app, owner)
    const kept: [message: string, internal: boolean][] = []
    for (const [index, message] of naughty.entries()) {
      const internal = index % 2 === 1
      const answer = await replyTo(s.app, agent, id, { message, internal })
      const what = `${JSON.stringify(message)} ${answer.body}`
      if (answer.statusCode !== 201) {
        assert.ok(answer.statusCode === 400 && blank(message), what)
        continue
      }
      assert.equal(answer.json().data.message, message, what)
      kept.push([message, internal])
    }
    const listed = (await read(s.app, agent, `/tickets/${id}/replies?limit=100`)).json().data
    const seen = listed.map(({ message, internal }: Record<string, unknown>) => [message, internal])
    assert.deepEqual(seen, kept.slice(0, 100))
    await untilMirrored()
    const { inv_gate_id } = (await read(s.app, owner, `/tickets/${id}`)).json().data
    const incident = (await s.sandbox.control.incidents()).find((found) => found.id === inv_gate_id)
    assert.deepEqual(
      incident?.comments.map(({ message, customer_visible }) => [message, !customer_visible]),
      kept,
    )
    t.diagnostic(`${kept.length} of ${naughty.length} kept, the others refused`)
    assert.ok(kept.length > naughty.length * 0.9)
  })

  it('as attachment_url is kept as it is where it is a URL, else 400 with the field', async (t) => {
    const { id } = await raise(s.app, owner)
    let kept = 0
    for (const text of naughty)
      for (const attachment_url of [
        text,
        `https://example.com/${text}`,
        `https://example.com/?${encodeURIComponent(text)}`,
      ]) {
        const what = JSON.stringify(attachment_url)
        const ticket = { title: 'a', description: 'b', category: 'account', priority: 'low', attachment_url }
        for (const answer of [
          await post('/tickets', ticket),
          await replyTo(s.app, owner, id, { message: 'a', attachment_url }),
        ]) {
          if (answer.statusCode === 201) {
            assert.equal(answer.json().data.attachment_url, attachment_url, what)
            kept += 1
          } else
            assert.deepEqual(
              [answer.statusCode, Object.keys(answer.json().errors)],
              [400, ['attachment_url']],
              what,
            )
        }
      }
    t.diagnostic(`${kept} of ${naughty.length * 6} kept, the others refused`)
    assert.ok(kept > naughty.length * 2)
  })

  it('as the name and the login name in the token is the same in tickets, replies and activities, or 4xx', async (t) => {
    let kept = 0
    for (const text of naughty) {
      const headers = bearer({ sub: text, name: text })
      const answer = await post(
        '/tickets',
        { title: 'a', description: 'b', category: 'account', priority: 'low' },
        headers,
      )
      const what = `${JSON.stringify(text)} ${answer.body}`
      assert.ok(answer.statusCode < 500, what)
      if (answer.statusCode !== 201) continue
      const { id, creator } = answer.json().data
      assert.equal(creator, text, what)
      const by = { ...owner, headers }
      const reply = await replyTo(s.app, by, id, { message: 'a' })
      assert.equal(reply.json().data?.author, text, what)
      await patch(s.app, by, id, { status: 'closed' })
      const activities = (await read(s.app, by, `/tickets/${id}/activities`)).json().data
      for (const { actor } of activities) assert.equal(actor, text, what)
      const list = await read(s.app, by, `/tickets?limit=100&creator=${encodeURIComponent(text)}`)
      assert.ok(
        list.json().data.some((ticket: { id: string }) => ticket.id === id),
        what,
      )
      kept += 1
    }
    t.diagnostic(`${kept} of ${naughty.length} kept, the others refused`)
    assert.ok(kept > naughty.length * 0.9)
  })

  it('as a login name that grows when it is folded, up to the longest, is never a 5xx', async () => {
    for (const letter of ['ﷺ', '﷽', 'ß', 'İ', 'ﬃ', '㌀', '\u{10ffff}', '\0'])
      for (const length of [1, 17, 100, 160, 319, 320]) {
        const headers = bearer({ sub: letter.repeat(length).slice(0, 320), name: letter.repeat(length) })
        for (const answer of [
          await post(
            '/tickets',
            { title: 'a', description: 'b', category: 'account', priority: 'low' },
            headers,
          ),
          await s.app.inject({ url: '/tickets?limit=1', headers }),
        ])
          assert.ok(answer.statusCode < 500, `${letter} × ${length}: ${answer.body}`)
      }
  })

  it('as a query, an id, a cursor or a header is never a 5xx', async (t) => {
    const { id } = await raise(s.app, owner)
    let asked = 0
    const names = ['q', 'creator', 'cursor', 'status', 'priority', 'category', 'member_id', 'agent_id', 'tag']
    const moreNames = ['created_from', 'created_to', 'overdue', 'unassigned', 'limit']
    for (const text of naughty) {
      const encoded = encodeURIComponent(text)
      const urls = [
        ...[...names, ...moreNames].map((name) => `/tickets?limit=1&${name}=${encoded}`),
        `/tickets?limit=1&${encoded}=1`,
        `/tickets/${encoded}`,
        `/tickets/${encoded}/replies?limit=1`,
        `/vendor/tickets/${encoded}/replies?limit=1`,
        `/tickets/${encoded}/activities`,
        `/tickets/${id}/replies?limit=1&cursor=${encoded}`,
      ]
      for (const url of urls) {
        const answer = await s.app.inject({
          url,
          headers: bearer({ sub: 'root@example.com', role: 'admin' }),
        })
        assert.ok(answer.statusCode < 500, `${url} ${answer.body}`)
        asked += 1
      }
      const visible = /^[\x20-\x7e]+$/.test(text) ? text : 'ü'
      for (const name of ['if-match', 'idempotency-key', 'x-request-id', 'x-tenant-id']) {
        const answer = await patch(s.app, agent, id, { status: 'open' }, { [name]: visible })
        assert.ok(answer.statusCode < 500, `${name}: ${visible}`)
        const raised = await post('/tickets', { title: 'a' }, { ...owner.headers, [name]: visible })
        assert.ok(raised.statusCode < 500, `${name}: ${visible}`)
        asked += 2
      }
    }
    t.diagnostic(`${asked} requests`)
  })

  for (const text of onlyInJson)
    it(`a lone surrogate, ${text}, → 400 \`invalid JSON body\``, async () => {
      const { id } = await raise(s.app, owner)
      const json = { ...owner.headers, 'content-type': 'application/json' }
      const ticket = (title: string, description: string) =>
        `{"title":"${title}","description":"${description}","category":"account","priority":"low"}`
      for (const answer of [
        await post('/tickets', ticket(text, 'b'), json),
        await post('/tickets', ticket('a', text), json),
        await post(`/tickets/${id}/replies`, `{"message":"${text}"}`, json),
      ]) {
        assert.equal(answer.statusCode, 400)
        assert.equal(answer.json().error, 'invalid JSON body')
      }
    })
})
