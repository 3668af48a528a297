import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { enrol, member, patch, raise, read } from '../kit/desk.ts'
import { naughty } from '../kit/naughty.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { counts, imported, sendCsv } from './csv.ts'

let s: TicketService
before(async () => {
  s = await startTicketService()
})
after(() => s.close())

const [admin, agent, user] = [member(1, 'admin', 2), member(2, 'agent', 2), member(3, 'user', 2)]
const [otherAdmin, otherAgent] = [member(11, 'admin', 3), member(12, 'agent', 3)]
const exportOf = async (by: typeof admin) => {
  const answer = await read(s.app, by, '/tickets/export.csv?bom=true')
  assert.equal(answer.statusCode, 200)
  return answer.body
}
const listOf = async (by: typeof admin) => (await read(s.app, by, '/tickets?limit=100')).json().data

test('what was exported is known where it comes from, and imported elsewhere as it was', async () => {
  await enrol(s, [admin, agent, user, otherAdmin, otherAgent])
  for (const text of naughty.slice(0, 90)) {
    const answer = await s.app.inject({
      ...{ method: 'POST', url: '/tickets', headers: user.headers },
      payload: { title: `${text}!`, description: `${text}!`, category: 'billing', priority: 'high' },
    })
    assert.equal(answer.statusCode, 201, answer.body)
  }
  const { id } = await raise(s.app, user, { title: 'worked on' })
  await patch(s.app, admin, id, { status: 'in_progress', agent_id: agent.uid })
  const tagging = { method: 'PUT', url: `/tickets/${id}/tags`, headers: admin.headers } as const
  assert.equal((await s.app.inject({ ...tagging, payload: { tags: ['vip', 'paper'] } })).statusCode, 200)
  const closed = await raise(s.app, user, { title: 'closed' })
  await patch(s.app, user, closed.id, { status: 'closed' })
  const tickets = await listOf(admin)

  const file = await exportOf(admin)
  const { ignored_columns: ignored, ...same } = await imported(sendCsv(s.app, admin, file))
  assert.ok(ignored.includes('inv_gate_id'))
  assert.deepEqual({ ...same, ignored_columns: [] }, counts(0, tickets.length))

  // Agents of another tenant are others.
  const theirs = file.replace(`,${agent.uid},"paper, vip"`, `,${otherAgent.uid},"paper, vip"`)
  assert.notEqual(theirs, file)
  const { created } = await imported(sendCsv(s.app, otherAdmin, theirs))
  assert.equal(created, tickets.length)
  const told = ({
    title,
    description,
    category,
    priority,
    status,
    creator,
    created_at,
    closed_at,
  }: Record<string, string>) => ({
    ...{ title, description, category, priority, status, creator, created_at, closed_at },
  })
  const byTitle = (list: Record<string, string>[]) =>
    list.map(told).sort((a, b) => (String(a.title) < String(b.title) ? -1 : 1))
  const arrived = await listOf(otherAdmin)
  assert.deepEqual(byTitle(arrived), byTitle(tickets))
  const moved = arrived.find(({ title }: { title: string }) => title === 'worked on')
  assert.equal(moved.agent_id, otherAgent.uid)
  const tags = await read(s.app, otherAdmin, `/tickets/${moved.id}/tags`)
  assert.deepEqual(tags.json().data, { tags: ['paper', 'vip'] })
})
