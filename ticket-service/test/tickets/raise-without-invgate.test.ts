import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startSandbox } from '@werk/invgate-sandbox/start'
import { enrol, member, patch, type Raised, raise, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const ada = { ...member(7), invgateId: 77 }
/** As INVGATE_CATEGORY_MAP and INVGATE_PRIORITY_MAP below have them. */
const categoryIds = { billing: 11, technical: 5, account: 8, service: 12 }
const priorityIds = { low: 1, medium: 2, high: 4 }
const wanted = {
  category: 'account',
  priority: 'high',
  description: 'Gone.\nAll of it — ümlauts 🎫 too.',
} as const

async function start(test: TestContext): Promise<TicketService> {
  const s = await startTicketService({
    ...{ LOG_LEVEL: 'error', ARMMADA_TIMEOUT_MS: '800', IN_DOUBT_SETTLE_MS: '1000' },
    INVGATE_CATEGORY_MAP: 'billing:11,technical:5,account:8,service:12',
    INVGATE_PRIORITY_MAP: 'low:1,medium:2,high:4',
  })
  test.after(() => s.close())
  await enrol(s, [ada])
  return s
}

/** That InvGate has it, as soon as it is back, and has it once. */
async function assertMirroredOnce(s: TicketService, ticket: Raised, { control } = s.sandbox) {
  const invGateId = await eventually(async () => {
    const { inv_gate_id } = (await read(s.app, ada, `/tickets/${ticket.id}`)).json().data
    assert.equal(typeof inv_gate_id, 'number')
    return inv_gate_id
  }, 30_000)
  assert.deepEqual(await sql(s.database, `SELECT id FROM ticket_intents WHERE id = '${ticket.id}'`), [])
  const [incident, ...others] = (await control.incidents()).filter(({ title }) => title === ticket.title)
  assert.ok(incident)
  assert.deepEqual(others, [])
  assert.equal(incident.id, invGateId)
  return incident
}

test('a ticket that is raised while InvGate fails is answered 201, and mirrored once when it is back', async (test) => {
  const s = await start(test)
  const faults = {
    'answers 503': { type: 'status', status: 503 },
    'answers 429': { type: 'status', status: 429, retry_after: 1 },
    'resets the connection': { type: 'reset' },
    'does not answer': { type: 'hang' },
    'answers HTML': { type: 'html' },
    'took it and resets the connection': { type: 'reset', when: 'after' },
    'took it and does not answer': { type: 'hang', when: 'after' },
    'took it and breaks off': { type: 'truncate' },
  } as const
  for (const [what, fault] of Object.entries(faults))
    await test.test(what, async () => {
      await s.sandbox.control.setFaults([{ route: 'POST incidents', fault, times: 1 }])
      const ticket = await raise(s.app, ada, { ...wanted, title: what })
      assert.equal('inv_gate_id' in ticket, false)
      const incident = await assertMirroredOnce(s, ticket)
      assert.deepEqual([incident.title, incident.description], [what, wanted.description])
      assert.deepEqual([incident.category_id, incident.priority_id], [categoryIds.account, priorityIds.high])
      assert.deepEqual([incident.creator_id, incident.user_id], [77, 77])
      assert.deepEqual(await s.sandbox.control.faults(), [])
    })
})

test('each category and priority becomes InvGate’s that the settings name', async (test) => {
  const s = await start(test)
  const kinds = Object.entries(categoryIds).flatMap(([category, categoryId]) =>
    Object.entries(priorityIds).map(([priority, priorityId]) => ({
      category,
      categoryId,
      priority,
      priorityId,
    })),
  )
  const raised = await Promise.all(
    kinds.map(({ category, priority }) =>
      raise(s.app, ada, { title: `${category} ${priority}`, category, priority }),
    ),
  )
  for (const [index, { categoryId, priorityId }] of kinds.entries()) {
    const ticket = raised[index]
    assert.ok(ticket)
    const incident = await assertMirroredOnce(s, ticket)
    assert.deepEqual([incident.category_id, incident.priority_id], [categoryId, priorityId])
  }
})

test('a ticket that is raised while InvGate’s process is gone is answered 201 at once, read and changed, and mirrored once when it is back', async (test) => {
  const s = await start(test)
  await s.sandbox.close()
  const started = performance.now()
  const ticket = await raise(s.app, ada, { ...wanted, title: 'nobody there' })
  assert.ok(performance.now() - started < 1000)
  assert.equal((await read(s.app, ada, '/tickets?limit=100')).json().data.at(-1).id, ticket.id)
  assert.equal((await patch(s.app, ada, ticket.id, { status: 'closed' })).json().data.status, 'closed')
  // A worker has tried in vain.
  await eventually(async () => {
    const rows = await sql(s.database, `SELECT last_error FROM ticket_intents WHERE id = '${ticket.id}'`)
    assert.ok(rows[0]?.last_error)
  })

  const returned = await startSandbox({ port: Number(new URL(s.sandbox.origin).port) })
  test.after(() => returned.close())
  const incident = await assertMirroredOnce(s, ticket, returned)
  assert.deepEqual([incident.description, incident.category_id], [wanted.description, categoryIds.account])
  await eventually(async () => {
    const cancelled = 8
    assert.deepEqual(
      (await returned.control.incidents()).map(({ id, status_id }) => [id, status_id]),
      [[incident.id, cancelled]],
    )
  }, 30_000)
  assert.equal((await read(s.app, ada, `/tickets/${ticket.id}`)).json().data.status, 'closed')
})
