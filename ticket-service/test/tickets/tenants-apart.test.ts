import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { roles } from '@werk/shared/auth/principal'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const tenants = [1, 2] as const
const people = ['lotte@example.com', 'max@example.com'] as const
const prefixes = ['/api/tickets', '/api/v1/tickets']

type Made = {
  tenant: number
  creator: string
  /** Occurs in every text and file of this ticket, and nowhere else. */
  mark: string
  id: number
  attachment: string
}

describe('tenants are apart', () => {
  let s: TicketService
  const made: Made[] = []
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    for (const tenant of tenants)
      for (const creator of people) {
        const mark = `mark-${tenant}-${creator}`
        const headers = bearer({ sub: creator, tenant_id: tenant, invgate_id: 5 })
        const answer = await s.app.inject({
          method: 'POST',
          url: '/api/tickets',
          headers,
          payload: {
            title: mark,
            description: mark,
            attachments: [{ filename: `${mark}.txt`, content_base64: btoa(mark) }],
          },
        })
        assert.equal(answer.statusCode, 201)
        const { id } = answer.json()
        const detail = await s.app.inject({ url: `/api/tickets/${id}`, headers })
        made.push({ tenant, creator, mark, id, attachment: detail.json().attachments[0].url })
      }
  })
  after(() => s.close())

  /** Every way to ask for a ticket or more, with ids and filters of any tenant. */
  const urls = () => [
    ...prefixes.flatMap((prefix) => [
      prefix,
      ...people.map((creator) => `${prefix}?creator_id=${creator}`),
      ...made.flatMap(({ id, attachment }) => [
        `${prefix}/${id}`,
        `${prefix}?limit=1&page_key=${btoa(JSON.stringify({ last_id: id - 1 }))}`,
        attachment,
        attachment.replace('/tickets', prefix),
        `${prefix}/${id}/attachments/${attachment.split('/').at(-1)}`,
      ]),
    ]),
    ...made.flatMap(({ attachment }) =>
      made.map(({ id }) => `/tickets/${id}/attachments/${attachment.split('/').at(-1)}`),
    ),
  ]

  it('every route × role × person × tenant, with and without X-Tenant-ID: 0 cross reads, and none that is due is missing', async (t) => {
    let reads = 0
    let crossed = 0
    let seen = 0
    for (const tenant of tenants)
      for (const role of roles)
        for (const sub of [...people, 'nobody@example.com'])
          for (const named of [undefined, 3 - tenant]) {
            const isOperator = tenant === 1 && (role === 'admin' || role === 'vendor')
            const worksIn = named ?? tenant
            const isAllowed = worksIn === tenant || isOperator
            // Nobody is assigned to any of them, so they are for agents too (contract 7).
            const seesAll = role === 'agent' || role === 'admin' || role === 'vendor'
            const due = new Set(
              made
                .filter((m) => isAllowed && m.tenant === worksIn && (seesAll || m.creator === sub))
                .map(({ mark }) => mark),
            )
            const found = new Set<string>()
            const headers = {
              ...bearer({ sub, role, tenant_id: tenant }),
              ...(named === undefined ? {} : { 'x-tenant-id': String(named) }),
            }
            for (const url of urls()) {
              const answer = await s.app.inject({ url, headers })
              reads += 1
              assert.ok(answer.statusCode < 500, `${url} ${answer.body}`)
              if (!isAllowed) assert.equal(answer.statusCode, 403, url)
              for (const { mark } of made)
                if (answer.body.includes(mark)) {
                  found.add(mark)
                  if (due.has(mark)) seen += 1
                  else crossed += 1
                }
            }
            assert.deepEqual([...found].sort(), [...due].sort(), `${role} ${sub} of ${tenant} in ${worksIn}`)
          }
    t.diagnostic(`${reads} reads, ${seen} of them of what is one's own, ${crossed} cross reads`)
    assert.equal(crossed, 0)
    assert.ok(seen > 300)
  })

  it('a ticket belongs to the tenant that its creator worked in, whatever the body says', async () => {
    const create = (claims: object, headers: object = {}) =>
      s.app.inject({
        method: 'POST',
        url: '/api/tickets',
        headers: { ...bearer({ sub: 'op@example.com', invgate_id: 5, ...claims }), ...headers },
        payload: { title: 'of an operator', description: 'b', tenant_id: 9 },
      })
    const answer = await create({ role: 'admin' }, { 'x-tenant-id': '2' })
    assert.equal(answer.statusCode, 201)
    const read = (tenant: number) =>
      s.app.inject({
        url: `/api/tickets/${answer.json().id}`,
        headers: bearer({ sub: 'x', role: 'agent', tenant_id: tenant }),
      })
    assert.equal((await read(2)).statusCode, 200)
    for (const tenant of [1, 9]) assert.equal((await read(tenant)).statusCode, 404)
    const before = (await s.sandbox.control.incidents()).length
    assert.equal((await create({ role: 'admin', tenant_id: 2 }, { 'x-tenant-id': '1' })).statusCode, 403)
    assert.equal((await create({}, { 'x-tenant-id': '2' })).statusCode, 403)
    assert.equal((await s.sandbox.control.incidents()).length, before)
  })
})
