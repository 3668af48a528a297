import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise, read } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const owner = member(1)
const [agent, admin, vendor] = [member(11, 'agent'), member(13, 'admin'), member(14, 'vendor')]
const theirOwner = member(20, 'user', 2)
const stranger = member(21, 'admin', 2)

describe('GET /ratings/summary', () => {
  let s: TicketService
  let now = new Date('2026-03-01T00:00:00.000Z')
  before(async () => {
    s = await startTicketService({}, {}, { clock: { now: () => now } })
    await enrol(s, [owner, agent, admin, vendor, theirOwner, stranger])
    for (const [i, score] of [5, 5, 4, 1].entries()) {
      now = new Date(Date.UTC(2026, 2, 1 + i))
      await rate(owner, score)
    }
    await rate(theirOwner, 2)
  })
  after(() => s.close())

  const rate = async (by: typeof owner, score: number) => {
    const { id } = await raise(s.app, by)
    await patch(s.app, by, id, { status: 'closed' })
    assert.equal((await send(s.app, by, 'POST', `/tickets/${id}/rating`, { score })).statusCode, 201)
  }
  const summary = async (by: typeof owner, query = '') =>
    (await read(s.app, by, `/ratings/summary${query}`)).json().data

  it('counts the tenant’s ratings, their mean and how often each was given', async () => {
    const expected = { count: 4, mean: 3.75, distribution: { 1: 1, 2: 0, 3: 0, 4: 1, 5: 2 } }
    for (const by of [admin, vendor]) assert.deepEqual(await summary(by), expected)
    assert.deepEqual(await summary(stranger), {
      ...{ count: 1, mean: 2, distribution: { 1: 0, 2: 1, 3: 0, 4: 0, 5: 0 } },
    })
  })

  it('of a period: from a time on, and before another', async () => {
    const [from, to] = ['2026-03-02T00:00:00Z', '2026-03-04T00:00:00Z']
    assert.equal((await summary(admin, `?from=${from}`)).count, 3)
    assert.equal((await summary(admin, `?to=${to}`)).count, 3)
    assert.deepEqual(await summary(admin, `?from=${from}&to=${to}`), {
      ...{ count: 2, mean: 4.5, distribution: { 1: 0, 2: 0, 3: 0, 4: 1, 5: 1 } },
    })
    assert.deepEqual(await summary(admin, `?from=${to}&to=${from}`), {
      ...{ count: 0, mean: null, distribution: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 } },
    })
    assert.equal((await summary(admin, '?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z')).count, 4)
    for (const moment of ['yesterday', '2016-12-31T23:59:60Z'])
      assertFailure(await read(s.app, admin, `/ratings/summary?from=${moment}`), {
        status: 400,
        fields: ['from'],
      })
  })

  it('is for admins and vendors', async () => {
    for (const by of [owner, agent]) assertFailure(await read(s.app, by, '/ratings/summary'), { status: 403 })
    assertFailure(await s.app.inject({ url: '/ratings/summary' }), { status: 401 })
  })
})
