import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { tracesOf } from '../kit/traces.ts'

const [owner, other] = [member(1), member(2)]
const [agent, colleague, admin] = [member(11, 'agent'), member(12, 'agent'), member(13, 'admin')]
const stranger = member(21, 'admin', 2)

describe('PUT /tickets/:id/tags', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, other, agent, colleague, admin, stranger])
  })
  after(() => s.close())

  const tag = (by: typeof owner, id: string, tags: unknown, headers: object = {}) =>
    send(s.app, by, 'PUT', `/tickets/${id}/tags`, { tags }, headers)
  const tagsOf = async (by: typeof owner, id: string) =>
    (await send(s.app, by, 'GET', `/tickets/${id}/tags`)).json().data

  it('replaces all tags: trimmed, each once regardless of case, in order', async () => {
    const { id } = await raise(s.app, owner)
    const answer = await tag(agent, id, ['  VIP ', 'printer', 'vip', 'ÉTAGE', 'e\u0301tage', 'a, b'])
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(answer.json().data, { tags: ['a, b', 'printer', 'vip', 'étage'] })
    assert.deepEqual(await tagsOf(admin, id), { tags: ['a, b', 'printer', 'vip', 'étage'] })
    await tag(agent, id, ['printer', 'fire'])
    assert.deepEqual(await tagsOf(agent, id), { tags: ['fire', 'printer'] })
    await tag(agent, id, [])
    assert.deepEqual(await tagsOf(agent, id), { tags: [] })
  })

  it('makes one activity, not for the owner, and one entry of the audit; the same tags again make none', async () => {
    const { id } = await raise(s.app, owner)
    await tag(agent, id, ['b', 'a'])
    await tag(agent, id, ['A', 'B'])
    await tag(agent, id, ['b', 'c'])
    assert.deepEqual(await tracesOf(s, id), {
      activities: [
        { action: 'tagged', message: 'a, b', internal: true, actor_id: agent.uid },
        { action: 'tagged', message: 'b, c', internal: true, actor_id: agent.uid },
      ],
      audit: [
        {
          ...{ action: 'ticket.tagged', actor: agent.sub },
          details: {
            tags: [[], ['a', 'b']],
          },
        },
        {
          ...{ action: 'ticket.tagged', actor: agent.sub },
          details: {
            tags: [
              ['a', 'b'],
              ['b', 'c'],
            ],
          },
        },
      ],
    })
    assert.equal((await send(s.app, owner, 'GET', `/tickets/${id}`)).json().data.version, 3)
  })

  it('only those who answer the ticket see and set them; what is not seen is not there', async () => {
    const { id } = await raise(s.app, owner)
    await patch(s.app, agent, id, { agent_id: agent.uid })
    assertFailure(await tag(owner, id, ['mine']), { status: 403, code: 'tag.forbidden' })
    assertFailure(await send(s.app, owner, 'GET', `/tickets/${id}/tags`), {
      ...{ status: 403, code: 'tag.forbidden' },
    })
    for (const by of [other, colleague, stranger]) {
      assertFailure(await tag(by, id, ['x']), { status: 404, code: 'ticket.not_found' })
      assertFailure(await send(s.app, by, 'GET', `/tickets/${id}/tags`), { status: 404 })
    }
    for (const by of [agent, admin]) assert.equal((await tag(by, id, [by.role])).statusCode, 200)
    assertFailure(await s.app.inject({ method: 'PUT', url: `/tickets/${id}/tags` }), { status: 401 })
  })

  it('of two changes with the same If-Match one wins', async () => {
    const { id } = await raise(s.app, owner)
    const replica = await s.startReplica()
    const answers = await Promise.all(
      [s.app, replica].map((app, i) =>
        send(app, agent, 'PUT', `/tickets/${id}/tags`, { tags: [`t${i}`] }, { 'if-match': '"1"' }),
      ),
    )
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 412])
    assert.equal(answers.find(({ statusCode }) => statusCode === 200)?.headers.etag, '"2"')
  })

  it('at once from two replicas, the ticket ends with the tags of one of them', async () => {
    const { id } = await raise(s.app, owner)
    const replica = await s.startReplica()
    const sets = Array.from({ length: 8 }, (_, i) => [`a${i}`, `b${i}`, 'common'])
    const answers = await Promise.all(
      sets.map((tags, i) =>
        send(i % 2 === 0 ? s.app : replica, agent, 'PUT', `/tickets/${id}/tags`, { tags }),
      ),
    )
    assert.ok(answers.every(({ statusCode }) => statusCode === 200))
    const { tags } = await tagsOf(agent, id)
    assert.ok(
      sets.some((set) => JSON.stringify(set) === JSON.stringify(tags)),
      String(tags),
    )
  })

  it('20 tags of 50 characters, of any writing, are kept; more or longer ones, blanks and control characters are refused', async () => {
    const { id } = await raise(s.app, owner)
    const many = Array.from({ length: 20 }, (_, i) => `${'😀'.repeat(48)}${10 + i}`)
    assert.equal((await tag(agent, id, many)).statusCode, 200)
    assert.deepEqual((await tagsOf(agent, id)).tags, many)
    const refused: [unknown, string][] = [
      [[...many, 'x'], 'tags'],
      [['x'.repeat(51)], 'tags'],
      [['İ'.repeat(50)], 'tags'],
      [[''], 'tags'],
      [[' \u00a0 '], 'tags'],
      [['a\nb'], 'tags'],
      [['a\u0000'], 'tags'],
      [['a\u2028b'], 'tags'],
      ['x', 'tags'],
      [[1], 'tags'],
      [null, 'tags'],
    ]
    for (const [tags] of refused) assertFailure(await tag(agent, id, tags), { status: 400 })
    assert.deepEqual((await tagsOf(agent, id)).tags, many)
  })

  it('hostile text comes back as it is folded', async () => {
    const { id } = await raise(s.app, owner)
    const hostile = [
      "'; drop table tickets; --",
      '<script>alert(1)</script>',
      '%_\\',
      "=cmd|'/c calc'!a0",
      '\u202eabc',
      'ſ',
      '𝒳',
      '👩‍👩‍👧',
      '__proto__',
    ]
    assert.equal((await tag(agent, id, hostile)).statusCode, 200)
    const { tags } = await tagsOf(agent, id)
    assert.deepEqual(new Set(tags), new Set(hostile.map((text) => (text === 'ſ' ? 's' : text))))
  })
})
