import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { member, patch, raise, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { startTicketService } from '../kit/ticket-service.ts'

test('while the database is away, the Tickets dialect answers 503 and when to come back, and goes on by itself', async (t) => {
  const s = await startTicketService()
  const { hostname, port } = new URL(s.database.url)
  const proxy = await startTcpProxy({ host: hostname, port: Number(port || 3306) })
  t.after(async () => {
    proxy.mend()
    await s.close()
    await proxy.close()
  })
  const url = Object.assign(new URL(s.database.url), { hostname: '127.0.0.1', port: String(proxy.port) })
  const app = await s.startReplica({ DATABASE_URL: url.href, DATABASE_ACQUIRE_TIMEOUT_MS: 300 })
  const ada = member(7)
  const { id } = await raise(app, ada)
  proxy.cut()
  const payload = { title: 't', description: 'd', category: 'service', priority: 'low' }
  const answers = [
    await app.inject({ method: 'POST', url: '/tickets', headers: ada.headers, payload }),
    await patch(app, ada, id, { status: 'closed' }),
    await read(app, ada, `/tickets/${id}`),
    await read(app, ada, '/tickets?limit=10'),
  ]
  for (const answer of answers) {
    assertFailure(answer, { status: 503, code: 'service.unavailable' })
    assert.ok(Number(answer.headers['retry-after']) > 0)
  }
  proxy.mend()
  await eventually(async () => assert.equal((await read(app, ada, `/tickets/${id}`)).statusCode, 200))
  const list = await read(app, ada, '/tickets?limit=10')
  assert.deepEqual(
    list.json().data.map((ticket: { id: string }) => ticket.id),
    [id],
  )
})
