import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { hashApiKey } from '@werk/shared/auth/api-key'
import { enrol, member, raise } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const admin = member(11, 'admin')
const scopes = { none: '', read: 'tickets:read', write: 'tickets:write', both: 'tickets:read tickets:write' }

describe('an API key on the routes of contract 7', () => {
  let s: TicketService
  let app: TicketService['app']
  let id: string
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    await enrol(s, [admin])
    id = (await raise(s.app, admin)).id
    for (const [index, [name, scope]] of Object.entries(scopes).entries())
      await sql(
        s.database,
        `INSERT INTO directory_api_keys (id, hash, user_id, scopes, expires_at)
          VALUES (${index + 1}, '${hashApiKey(`werk_${name}`)}', ${admin.uid}, '${scope}', '2999-01-01')`,
      )
    // Keys are only heeded where somebody tells of them; nobody does here, and what was told is known still.
    const following = {
      IDENTITY_URL: 'http://127.0.0.1:9',
      INTERNAL_SECRET: 'a secret for tests, of 32 bytes or more!',
    }
    app = await s.startReplica(following)
  })
  after(() => s.close())

  const ticket = { title: 'by a key', description: 'a text', category: 'billing', priority: 'low' }
  const calls: [
    method: 'GET' | 'POST' | 'PATCH',
    url: string,
    needs: 'read' | 'write' | null,
    payload?: object,
  ][] = [
    ['GET', '/tickets?limit=1', 'read'],
    ['GET', '/tickets/ID', 'read'],
    ['GET', '/tickets/ID/replies?limit=1', 'read'],
    ['GET', '/tickets/ID/activities', 'read'],
    ['POST', '/tickets', 'write', ticket],
    ['PATCH', '/tickets/ID', 'write', { status: 'open' }],
    ['POST', '/tickets/ID/replies', 'write', { message: 'by a key' }],
    ['GET', '/vendor/tickets/ID/replies?limit=1', null],
    ['GET', '/vendor/tickets/sla', null],
    [
      'POST',
      '/vendor/tickets/sla',
      null,
      { category: 'billing', sla_response_minutes: 1, sla_resolution_minutes: 2 },
    ],
  ]
  for (const [method, url, needs, payload] of calls)
    it(`${method} ${url.split('?')[0]} ${needs === null ? 'is for no key' : `needs tickets:${needs}`}`, async () => {
      for (const name of Object.keys(scopes)) {
        const answer = await app.inject({
          ...{ method, url: url.replace('ID', id), headers: { authorization: `Bearer werk_${name}` } },
          ...(payload && { payload }),
        })
        const isAllowed = needs !== null && (name === needs || name === 'both')
        assert.equal(answer.statusCode < 300, isAllowed, `${name}: ${answer.body}`)
        if (!isAllowed) assert.equal(answer.statusCode, 403)
      }
    })

  it('raises tickets in the name of its owner', async () => {
    const headers = { authorization: 'Bearer werk_write' }
    const answer = await app.inject({ method: 'POST', url: '/tickets', headers, payload: ticket })
    const { user_id, creator, tenant_id } = answer.json().data
    assert.deepEqual([user_id, creator, tenant_id], [admin.uid, admin.sub, 1])
  })
})
