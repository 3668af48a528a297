import assert from 'node:assert/strict'
import { test } from 'node:test'
import { member, read } from '../kit/desk.ts'
import { startTicketService } from '../kit/ticket-service.ts'
import { callInvGate, runRound } from './rounds.ts'

test('each tenant’s admins see a status of InvGate’s that stands for nothing, whichever tenant it was seen in first', async (t) => {
  const s = await startTicketService({ INVGATE_STATUS_MAP: '1:open', MIRROR_FRESH_MS: '600000' })
  t.after(() => s.close())
  for (const tenant of [1, 2]) {
    const answer = await s.app.inject({
      ...{ method: 'POST', url: '/api/tickets', headers: member(tenant, 'user', tenant, 5).headers },
      payload: { title: `of ${tenant}`, description: 'd' },
    })
    assert.equal(answer.statusCode, 201, answer.body)
    await callInvGate(s, 'POST', 'incident.cancel', { request_id: answer.json().id, author_id: 5 })
  }
  assert.equal(await runRound(s), 'complete')
  for (const tenant of [1, 2]) {
    const { failures } = (await read(s.app, member(9, 'admin', tenant), '/admin/invgate-mapping')).json().data
    assert.deepEqual(
      failures.map(({ kind, occurrences }: Record<string, unknown>) => [kind, occurrences]),
      [['status', 1]],
      `of ${tenant}`,
    )
  }
})
