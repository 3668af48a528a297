import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { enrol, type Member, member, patch, raise, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

/**
 * Contract 7, by hand: open → in_progress → resolved → closed; an owner may close and reopen, an agent moves it on; any other
 * step → 409. `same`: 200, and nothing is written. Whoever may not know of the ticket: 404.
 */
const table = `
  open        → open         same   same   same   404
  open        → in_progress  409    moves  moves  404
  open        → resolved     409    409    409    404
  open        → closed       moves  409    moves  404
  in_progress → open         409    409    409    404
  in_progress → in_progress  same   same   same   404
  in_progress → resolved     409    moves  moves  404
  in_progress → closed       moves  409    moves  404
  resolved    → open         moves  409    moves  404
  resolved    → in_progress  409    409    409    404
  resolved    → resolved     same   same   same   404
  resolved    → closed       moves  moves  moves  404
  closed      → open         moves  409    moves  404
  closed      → in_progress  409    409    409    404
  closed      → resolved     409    409    409    404
  closed      → closed       same   same   same   404
`
/** The columns: who raised it, its assigned agent, an agent who is both, somebody else of the tenant. */
const kinds = ['owner', 'agent', 'both', 'stranger'] as const
type Kind = (typeof kinds)[number]

const steps = table
  .trim()
  .split('\n')
  .map((line) => {
    const [from = '', , to = '', ...outcomes] = line.trim().split(/\s+/)
    return { from, to, outcomeFor: (kind: Kind) => outcomes[kinds.indexOf(kind)] }
  })

const [owner, agent, otherAgent, other] = [member(7), member(9, 'agent'), member(10, 'agent'), member(8)]
const [admin, vendor] = [member(11, 'admin'), member(12, 'vendor')]
const withoutNumber = { ...owner, headers: bearer({ sub: owner.sub }) }
const namesake = { ...owner, headers: bearer({ sub: owner.sub, uid: 70 }) }

type Case = { who: string; caller: Member; raisedBy: Member; assigned: Member | null; counts: Kind }

const cases: Case[] = [
  { who: 'the owner', caller: owner, raisedBy: owner, assigned: agent, counts: 'owner' },
  { who: 'the assigned agent', caller: agent, raisedBy: owner, assigned: agent, counts: 'agent' },
  { who: 'an agent who raised it too', caller: agent, raisedBy: agent, assigned: agent, counts: 'both' },
  { who: 'another user', caller: other, raisedBy: owner, assigned: agent, counts: 'stranger' },
]
/** Whom contract 7 puts beside one of them. */
const alike: Case[] = [
  { who: 'any agent, nobody assigned', caller: agent, raisedBy: owner, assigned: null, counts: 'agent' },
  { who: 'an admin', caller: admin, raisedBy: owner, assigned: agent, counts: 'agent' },
  { who: 'a vendor', caller: vendor, raisedBy: owner, assigned: agent, counts: 'agent' },
  { who: 'an admin who raised it', caller: admin, raisedBy: admin, assigned: agent, counts: 'both' },
  {
    who: 'an agent who raised it, unassigned',
    caller: agent,
    raisedBy: agent,
    assigned: null,
    counts: 'both',
  },
  {
    who: 'an agent who raised it for another',
    caller: agent,
    raisedBy: agent,
    assigned: otherAgent,
    counts: 'owner',
  },
  {
    who: 'the owner by a token without a number',
    caller: withoutNumber,
    raisedBy: owner,
    assigned: null,
    counts: 'owner',
  },
  {
    who: 'an account that has the name now',
    caller: namesake,
    raisedBy: owner,
    assigned: null,
    counts: 'stranger',
  },
  { who: 'another agent', caller: otherAgent, raisedBy: owner, assigned: agent, counts: 'stranger' },
  {
    who: 'an admin of another tenant',
    caller: member(21, 'admin', 2),
    raisedBy: owner,
    assigned: null,
    counts: 'stranger',
  },
]

describe('the life of a ticket', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    await enrol(s, [owner, agent, otherAgent, other, admin, vendor])
  })
  after(() => s.close())

  const bring = async ({ raisedBy, assigned }: Case, from: string): Promise<string> => {
    const { id } = await raise(s.app, raisedBy)
    const closedAt = from === 'closed' ? 'NOW(3)' : 'NULL'
    await sql(
      s.database,
      `UPDATE tickets SET status = '${from}', closed_at = ${closedAt}, agent_id = ${assigned?.uid ?? 'NULL'} WHERE id = '${id}'`,
    )
    return id
  }

  /** All that a change writes. */
  const written = async (id: string) => {
    const count = (table: string, where: string) =>
      `(SELECT COUNT(*) FROM ${table} WHERE ${where} = t.id) AS ${table}`
    const [row] = await sql(
      s.database,
      `SELECT status, version, updated_at, ${count('ticket_activities', 'ticket_id')}, ${count('notifications', 'ticket_id')},
         ${count('audit_entries', 'tenant_id = t.tenant_id AND SUBSTRING(subject, 8)')} FROM tickets t WHERE id = '${id}'`,
    )
    return row ?? {}
  }

  const assertMoved = async (id: string, caller: Member, from: string, to: string) => {
    const ticket = (await read(s.app, admin, `/tickets/${id}`)).json().data
    assert.equal(ticket.status, to)
    assert.equal(ticket.version, 2)
    assert.equal('closed_at' in ticket, to === 'closed')
    const [, ...activities] = (await read(s.app, admin, `/tickets/${id}/activities`)).json().data
    assert.deepEqual(
      activities.map(({ action, message }: Record<string, unknown>) => [action, message]),
      [['status_changed', `${from} → ${to}`]],
    )
    const audited = await sql(
      s.database,
      `SELECT tenant_id, actor, action, details FROM audit_entries WHERE subject = 'ticket:${id}'`,
    )
    assert.deepEqual(audited, [
      {
        ...{ tenant_id: 1, actor: caller.sub, action: 'ticket.status_changed' },
        details: JSON.stringify({ status: [from, to] }),
      },
    ])
  }

  const assertStep = async (c: Case, { from, to, outcomeFor }: (typeof steps)[number]) => {
    const what = `${c.who}: ${from} → ${to}`
    const id = await bring(c, from)
    const before = await written(id)
    const answer = await patch(s.app, c.caller, id, { status: to })
    const outcome = outcomeFor(c.counts)
    if (outcome === 'moves') {
      assert.equal(answer.statusCode, 200, `${what} ${answer.body}`)
      assert.equal(answer.json().data.status, to)
      return assertMoved(id, c.caller, from, to)
    }
    if (outcome === 'same')
      assert.deepEqual([answer.statusCode, answer.json().data?.status], [200, from], what)
    else if (outcome === '409')
      assertFailure(answer, { status: 409, code: 'ticket.conflict', fields: ['status'] })
    else assertFailure(answer, { status: 404, code: 'ticket.not_found', fields: null })
    assert.deepEqual(await written(id), before, `${what} wrote something`)
  }

  it('is as the table says, each of 64 steps; one that moves it makes one activity and one audit entry', async (t) => {
    let count = 0
    for (const c of cases)
      for (const step of steps) {
        await assertStep(c, step)
        count += 1
      }
    t.diagnostic(`${count} steps: 4 states × 4 states × ${cases.length} kinds of callers`)
    assert.equal(count, 64)
  })

  for (const c of alike)
    it(`is for ${c.who} as for ${c.counts}, each of 16 steps`, async () => {
      for (const step of steps) await assertStep(c, step)
    })
})
