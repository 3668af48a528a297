import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { buildApp } from '../../src/app.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const key = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64')
const lotte = 'Lotte@Example.com'
const max = 'max@example.com'
const perPerson = 6

type Listed = { id: number; title: string; creator_email: string } & Record<string, unknown>
type Page = { page_key: string | null; data: Listed[] }

describe('listing tickets in the Werk dialect', () => {
  let s: TicketService
  /** InvGate's ids by creator. */
  const ids: Record<string, number[]> = { [lotte]: [], [max]: [], other: [] }
  before(async () => {
    s = await startTicketService()
    for (let index = 0; index < perPerson; index += 1) {
      for (const [name, claims] of [
        [lotte, { sub: lotte }],
        [max, { sub: max }],
        ['other', { sub: lotte, tenant_id: 2 }],
      ] as const) {
        const answer = await s.app.inject({
          method: 'POST',
          url: '/api/tickets',
          headers: bearer({ ...claims, invgate_id: 5 }),
          payload: { title: `${index} of ${name}`, description: 'b', priority_id: 4 },
        })
        ids[name]?.push(answer.json().id)
      }
    }
  })
  after(() => s.close())

  const get = (claims: { sub: string } & Record<string, unknown>, query = '', url = '/api/tickets') =>
    s.app.inject({ url: `${url}${query}`, headers: bearer(claims) })
  const list = async (...request: Parameters<typeof get>): Promise<Page> => {
    const answer = await get(...request)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json()
  }
  const idsOf = ({ data }: Page) => data.map(({ id }) => id)
  const both = () => [...(ids[lotte] ?? []), ...(ids[max] ?? [])].sort((a, b) => a - b)

  for (const url of ['/api/tickets', '/api/v1/tickets'])
    it(`GET ${url} → 200 with the tickets in the contract's shape and page_key null`, async () => {
      const page = await list({ sub: lotte }, '', url)
      assert.deepEqual(Object.keys(page).sort(), ['data', 'page_key'])
      assert.equal(page.page_key, null)
      const [first] = page.data
      assert.ok(first)
      const { created_at, updated_at, ...rest } = first
      assert.deepEqual(rest, {
        id: ids[lotte]?.[0],
        title: `0 of ${lotte}`,
        description: 'b',
        source_id: 2,
        creator_id: 5,
        customer_id: 5,
        category_id: 1,
        type_id: 1,
        priority_id: 4,
        creator_email: lotte,
        status: 'open',
      })
      for (const date of [created_at, updated_at]) assert.equal(new Date(String(date)).toISOString(), date)
    })

  for (const role of [undefined, 'user', 'committee']) {
    it(`${role ?? 'a token without a role'} → 200 with the own tickets of the tenant only, in any case of the name`, async () => {
      for (const sub of [lotte, lotte.toUpperCase()])
        assert.deepEqual(idsOf(await list({ sub, role })), ids[lotte])
      assert.deepEqual(idsOf(await list({ sub: lotte, role, tenant_id: 2 })), ids.other)
      assert.deepEqual(idsOf(await list({ sub: 'nobody@example.com', role })), [])
    })
    it(`${role ?? 'a token without a role'} asking for somebody else's → 200 with an empty page`, async () => {
      const page = await list({ sub: lotte, role }, `?creator_id=${max}`)
      assert.deepEqual(page, { page_key: null, data: [] })
    })
  }

  for (const role of ['agent', 'vendor', 'admin']) {
    it(`${role} → 200 with the tenant's tickets, and only those`, async () => {
      assert.deepEqual(idsOf(await list({ sub: 'boss@example.com', role, tenant_id: 1 })), both())
      assert.deepEqual(idsOf(await list({ sub: 'boss@example.com', role, tenant_id: 2 })), ids.other)
      assert.deepEqual(idsOf(await list({ sub: 'boss@example.com', role, tenant_id: 3 })), [])
    })
    it(`${role} may ask for one creator's, in any case of the e-mail`, async () => {
      for (const creator of [lotte, lotte.toLowerCase(), lotte.toUpperCase()]) {
        const query = `?creator_id=${encodeURIComponent(creator)}`
        assert.deepEqual(idsOf(await list({ sub: 'boss@example.com', role }, query)), ids[lotte])
      }
    })
  }

  it('the own creator_id in any case is the own tickets, an empty one is no filter', async () => {
    const query = `?creator_id=${encodeURIComponent(lotte.toUpperCase())}`
    assert.deepEqual(idsOf(await list({ sub: lotte }, query)), ids[lotte])
    assert.deepEqual(idsOf(await list({ sub: lotte }, '?creator_id=&page_key=')), ids[lotte])
  })

  it('a name that differs only in blanks at its end, or in accents, is another person', async () => {
    for (const sub of [`${max} `, `${max}\t`, 'màx@example.com', 'ma_@example.com', '%'])
      assert.deepEqual(idsOf(await list({ sub })), [], JSON.stringify(sub))
  })

  describe('page by page', () => {
    const admin = { sub: 'boss@example.com', role: 'admin' }
    const walk = async (limit: number) => {
      const pages: number[][] = []
      let query = `?limit=${limit}`
      for (let last = false; !last; ) {
        const page = await list(admin, query)
        pages.push(idsOf(page))
        last = page.page_key === null
        query = `?limit=${limit}&page_key=${encodeURIComponent(page.page_key ?? '')}`
        assert.ok(pages.length < 100, 'it ends')
      }
      return pages
    }
    for (const limit of [1, 3, 4, 5, 7, 11, 12, 13, 100]) {
      it(`${2 * perPerson} tickets by ${limit} come once each and in order, and only the last page_key is null`, async () => {
        const pages = await walk(limit)
        assert.deepEqual(pages.flat(), both())
        assert.equal(pages.length, Math.ceil((2 * perPerson) / limit))
      })
    }

    it('the page_key is base64 of {"last_id":N}', async () => {
      const page = await list(admin, '?limit=2')
      assert.equal(page.page_key, key({ last_id: both()[1] }))
      assert.equal(Buffer.from(page.page_key ?? '', 'base64').toString(), `{"last_id":${both()[1]}}`)
    })

    it('a page_key made by hand works the same, past the end it is an empty last page', async () => {
      const [first = 0, ...others] = both()
      assert.deepEqual(idsOf(await list(admin, `?page_key=${key({ last_id: first })}`)), others)
      assert.deepEqual(await list(admin, `?page_key=${key({ last_id: 2 ** 52 })}`), {
        page_key: null,
        data: [],
      })
    })

    it('a page_key lets nobody see more', async () => {
      assert.deepEqual(idsOf(await list({ sub: max }, `?page_key=${key({ last_id: 0 })}`)), ids[max])
    })

    const wrong = {
      junk: 'junk',
      'JSON that is no base64': '{"last_id":5}',
      'another object': key({ id: 5 }),
      'a number': key(5),
      null: key(null),
      'a list': key([5]),
      'a negative id': key({ last_id: -1 }),
      'a fraction': key({ last_id: 1.5 }),
      'an id past 2^53': key({ last_id: 2 ** 60 }),
      text: key({ last_id: '5' }),
      'an injection': key({ last_id: '0 OR 1=1' }),
    }
    for (const [what, value] of Object.entries(wrong))
      it(`a page_key that is ${what} → 400 with errors.page_key`, async () => {
        const answer = await get(admin, `?page_key=${encodeURIComponent(value)}`)
        assert.equal(answer.statusCode, 400)
        assert.deepEqual(Object.keys(answer.json().errors), ['page_key'])
      })

    for (const limit of ['0', '101', '-1', 'x', '1.5', '5&limit=6'])
      it(`limit=${limit} → 400 with errors.limit`, async () => {
        const answer = await get(admin, `?limit=${limit}`)
        assert.equal(answer.statusCode, 400)
        assert.deepEqual(Object.keys(answer.json().errors), ['limit'])
      })

    it('without a page_key the configured one is taken', async () => {
      const [first = 0, second = 0, ...others] = both()
      const app = await buildApp({ ...s.config, ARMMADA_PAGE_KEY: key({ last_id: second }) })
      try {
        const ask = (query: string) => app.inject({ url: `/api/tickets${query}`, headers: bearer(admin) })
        assert.deepEqual(idsOf((await ask('')).json()), others)
        const named = await ask(`?page_key=${key({ last_id: first })}`)
        assert.deepEqual(idsOf(named.json()), [second, ...others])
      } finally {
        await app.close()
      }
    })
  })

  it('401 without a token', async () => {
    const answer = await s.app.inject({ url: '/api/tickets' })
    assert.equal(answer.statusCode, 401)
    assert.equal(answer.json().error, 'missing authorization header')
  })
})
