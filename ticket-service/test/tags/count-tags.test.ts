import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, raise } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const owner = member(1)
const [agent, admin, vendor] = [member(11, 'agent'), member(13, 'admin'), member(14, 'vendor')]
const stranger = member(21, 'admin', 2)

describe('GET /tags', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, agent, admin, vendor, stranger])
    for (const tags of [['a', 'b', 'ä'], ['b', '😀'], ['b']]) await tag(owner, admin, tags)
    await tag(stranger, stranger, ['b', 'theirs'])
  })
  after(() => s.close())

  const tag = async (by: typeof owner, tagger: typeof owner, tags: string[]) => {
    const { id } = await raise(s.app, by)
    const answer = await send(s.app, tagger, 'PUT', `/tickets/${id}/tags`, { tags })
    assert.equal(answer.statusCode, 200, answer.body)
  }
  const count = (by: typeof owner, query: string) => send(s.app, by, 'GET', `/tags?${query}`)

  it('tells those who answer tickets the tenant’s tags and how many tickets have each', async () => {
    for (const by of [agent, admin, vendor])
      assert.deepEqual((await count(by, 'limit=100')).json().data, [
        { tag: 'a', tickets: 1 },
        { tag: 'b', tickets: 3 },
        { tag: 'ä', tickets: 1 },
        { tag: '😀', tickets: 1 },
      ])
    assert.deepEqual((await count(stranger, 'limit=100')).json().data, [
      { tag: 'b', tickets: 1 },
      { tag: 'theirs', tickets: 1 },
    ])
  })

  it('in pages, each tag once', async () => {
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 10; page += 1) {
      const { data, meta } = (await count(admin, `limit=1${cursor}`)).json()
      seen.push(...data.map((one: { tag: string }) => one.tag))
      assert.equal(meta.pagination.has_prev, page > 0)
      if (!meta.pagination.has_next) break
      cursor = `&cursor=${encodeURIComponent(meta.pagination.next_cursor)}`
    }
    assert.deepEqual(seen, ['a', 'b', 'ä', '😀'])
  })

  it('is for nobody else, and wants a limit', async () => {
    for (const by of [owner, member(5, 'committee')])
      assertFailure(await count(by, 'limit=1'), { status: 403 })
    for (const query of ['', 'limit=0', 'limit=101'])
      assertFailure(await count(admin, query), { status: 400, fields: ['limit'] })
  })
})
