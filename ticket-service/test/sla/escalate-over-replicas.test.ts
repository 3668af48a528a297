import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { enrol, member, patch, raise, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { levelsTold, toldOnce } from './escalated.ts'
import { createSetClock } from './set-clock.ts'

const clock = createSetClock('2026-11-30T08:00:00.123Z')
const [boss, agent] = [member(1, 'admin', 2), member(2, 'agent', 2)]
const requester = member(10, 'user', 2)
const tickets = 30
const levels = 6

let service: TicketService
before(async () => {
  service = await startTicketService({ SLA_INTERVAL_MS: '0' }, {}, { clock })
  await enrol(service, [boss, agent, requester])
  const payload = { category: 'technical', sla_response_minutes: 30, sla_resolution_minutes: 100 }
  await service.app.inject({ method: 'POST', url: '/vendor/tickets/sla', headers: boss.headers, payload })
})
after(() => service.close())

test('what passed while the service was down is taken once, by replicas that start, stop and race with changes', async (t) => {
  const ids: string[] = []
  for (let count = 0; count < tickets; count++) ids.push((await raise(service.app, requester)).id)
  // 400 % are used up: levels 1 to 6.
  clock.pass(400)

  const [first] = await Promise.all([
    service.startReplica({ SLA_INTERVAL_MS: 5 }),
    service.startReplica({ SLA_INTERVAL_MS: 5 }),
  ])
  let changes = 0
  const change = async (id: string) => {
    for (const status of ['in_progress', 'resolved']) {
      const answer = await patch(service.app, boss, id, { status })
      assert.equal(answer.statusCode, 200, answer.body)
      changes++
    }
    const answer = await patch(service.app, requester, id, { status: 'open' })
    assert.equal(answer.statusCode, 200, answer.body)
    changes++
  }
  // One of them ends while there is work, and another comes.
  await Promise.all([
    Promise.all(ids.map(change)),
    first.close().then(() => service.startReplica({ SLA_INTERVAL_MS: 5 })),
  ])

  await eventually(async () => {
    const rows = await sql(service.database, 'SELECT DISTINCT escalation_level AS level FROM tickets')
    assert.deepEqual(rows, [{ level: levels }])
  }, 30_000)
  for (const id of ids) {
    assert.deepEqual(await levelsTold(service, id), toldOnce(levels, [boss.uid, agent.uid]))
    const { data } = (await read(service.app, requester, `/tickets/${id}`)).json()
    assert.equal(data.version, 1 + levels + 3)
  }
  t.diagnostic(
    `${tickets} tickets, ${levels} levels each, 3 replicas of which one ended, ${changes} changes meanwhile: ` +
      `${tickets * levels} activities, as many entries of the audit, and twice as many notifications`,
  )
})
