import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { define } from '../custom-fields/fields.ts'
import { enrol, type Member, member, raise, read } from '../kit/desk.ts'
import { filesBelow } from '../kit/folder.ts'
import { naughty } from '../kit/naughty.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { columns, counts, csvOf, imported, rowsOf, sendCsv, sendForm } from './csv.ts'

describe('the import of tickets', () => {
  let s: TicketService
  let app: TicketService['app']
  before(async () => {
    s = await startTicketService()
    app = s.app
  })
  after(() => s.close())

  let tenants = 10
  /** People of a tenant that nobody else uses, whom the directory knows. */
  const people = async () => {
    const tenant = tenants++
    const uid = tenant * 100
    const all = {
      admin: member(uid + 1, 'admin', tenant),
      vendor: member(uid + 2, 'vendor', tenant),
      agent: member(uid + 3, 'agent', tenant),
      user: member(uid + 4, 'user', tenant),
    }
    await enrol(s, Object.values(all))
    return all
  }
  const list = async (by: Member) => (await read(app, by, '/tickets?limit=100')).json().data
  const detail = async (by: Member, id: string) => (await read(app, by, `/tickets/${id}`)).json().data

  it('a row becomes a ticket with all that it says, of the time that it says', async () => {
    const { admin, agent, user } = await people()
    await define(app, admin, { key: 'size', type: 'select', options: ['S', 'M'] })
    await define(app, admin, { key: 'parts', type: 'multiselect', options: ['a b', 'c'] })
    await define(app, admin, { key: 'amount', type: 'number', visible_to: 'staff' })
    const row = {
      ...{
        external_id: 'A-1',
        title: ' The "printer", again ',
        description: 'line 1\nline 2',
        category: 'billing',
      },
      ...{
        priority: 'high',
        status: 'closed',
        creator_email: user.sub,
        agent_email: agent.sub.toUpperCase(),
      },
      ...{ created_at: '2019-03-04T05:06:07.089Z', closed_at: '2019-03-05 00:00:00' },
      ...{ tags: ' VIP ;paper;', 'field.size': 'M', 'field.parts': 'c;a b', 'field.amount': '-1.5' },
    }
    assert.deepEqual(await imported(sendCsv(app, admin, csvOf([row]))), counts(1))
    const [{ id, ...rest }] = await list(admin)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
    assert.equal(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16), Date.parse(row.created_at))
    assert.deepEqual(rest, {
      ...{ tenant_id: admin.tenantId, user_id: user.uid, member_id: user.uid, agent_id: agent.uid },
      ...{ title: row.title, category: 'billing', priority: 'high', status: 'closed', escalation_level: 0 },
      ...{ description: row.description, created_at: row.created_at, updated_at: '2019-03-05T00:00:00.000Z' },
      ...{ creator: user.sub, closed_at: '2019-03-05T00:00:00.000Z', version: 1 },
    })
    assert.deepEqual((await detail(agent, id)).fields, { size: 'M', parts: ['a b', 'c'], amount: -1.5 })
    assert.deepEqual((await detail(user, id)).fields, { size: 'M', parts: ['a b', 'c'] })
    const tags = (await read(app, agent, `/tickets/${id}/tags`)).json().data
    assert.deepEqual(tags, { tags: ['paper', 'vip'] })
  })

  it('it has one activity, the import one entry of the audit, and nobody is notified', async () => {
    const { admin, agent, user } = await people()
    const rows = rowsOf(3, 'quiet', { creator_email: user.sub, agent_email: agent.sub })
    await imported(sendCsv(app, admin, csvOf(rows)))
    for (const { id } of await list(admin)) {
      const activities = (await read(app, admin, `/tickets/${id}/activities`)).json().data
      assert.deepEqual(
        activities.map(({ action, actor_id }: Record<string, unknown>) => [action, actor_id]),
        [
          ['created', user.uid],
          ['imported', admin.uid],
        ],
      )
      assert.ok(rows.some((row) => row.external_id === activities[1].message))
      assert.equal((await read(app, user, `/tickets/${id}/activities`)).json().data.length, 1)
    }
    const audit = await sql(
      s.database,
      `SELECT actor_id, action, subject, details FROM audit_entries WHERE tenant_id = ${admin.tenantId}`,
    )
    assert.equal(audit.length, 1)
    const { details, ...entry } = audit[0] ?? {}
    assert.deepEqual(entry, {
      ...{ actor_id: admin.uid, action: 'tickets.imported', subject: `tenant:${admin.tenantId}` },
    })
    const { sha256, ...said } = JSON.parse(String(details))
    assert.match(sha256, /^[0-9a-f]{64}$/)
    assert.deepEqual(said, { rows: 3, to_create: 3, mirror: false })
    for (const table of ['notifications', 'ticket_intents'])
      assert.deepEqual(
        await sql(s.database, `SELECT * FROM ${table} WHERE tenant_id = ${admin.tenantId}`),
        [],
        table,
      )
  })

  it('lists are in the order of time, whatever the order of the file, and whatever was there before', async () => {
    const { admin } = await people()
    await raise(app, admin, { title: 'of today' })
    const years = ['2012', '2009', '2025', '1999']
    const rows = years.map((year) => ({
      external_id: year,
      title: year,
      created_at: `${year}-06-01T00:00:00Z`,
    }))
    await imported(sendCsv(app, admin, csvOf(rows)))
    const titles = (await list(admin)).map(({ title }: { title: string }) => title)
    assert.deepEqual(titles, ['1999', '2009', '2012', '2025', 'of today'])
  })

  it('the order of columns, their case, a BOM, line ends, empty lines and columns of other names make no difference', async () => {
    const { admin } = await people()
    const names = [...columns].reverse()
    const body = csvOf([{ external_id: 'x' }, { external_id: 'y' }], ['updated_at', ...names, 'inv_gate_id'])
    const file = `\ufeff${body.replaceAll('\r\n', '\n\n').replace('external_id', ' External_ID ')}\n`
    assert.deepEqual(await imported(sendCsv(app, admin, file)), {
      ...counts(2),
      ignored_columns: ['updated_at', 'inv_gate_id'],
    })
  })

  it('a file may come as the part of a form, and id will do for external_id', async () => {
    const { admin } = await people()
    const body = csvOf([{ external_id: '1' }], columns).replace('external_id', 'id')
    assert.deepEqual(await imported(sendForm(app, admin, body)), counts(1))
    assert.deepEqual(await imported(sendCsv(app, admin, csvOf([{ external_id: '1' }]))), counts(0, 1))
    assert.deepEqual(await filesBelow(`${s.folder}/uploads/staging`), [], 'nothing of a file stays')
  })

  it('what may be left empty has its default', async () => {
    const { admin } = await people()
    const row = { external_id: 'e', description: '', status: '', creator_email: '', category: ' Technical ' }
    await imported(sendCsv(app, admin, csvOf([row, { external_id: 'c', status: 'closed' }])))
    const tickets = await list(admin)
    const found = tickets.find(({ status }: { status: string }) => status === 'open')
    assert.deepEqual(
      [found.description, found.creator, found.user_id, found.category],
      ['', '', 0, 'technical'],
    )
    assert.equal('agent_id' in found, false)
  })

  it('requesters whom nobody knows are named, and find their tickets once they log in', async () => {
    const { admin, user } = await people()
    const stranger = 'New.Person@Example.com'
    const rows = [
      ...rowsOf(2, 'stranger', { creator_email: stranger }),
      ...rowsOf(1, 'known', { creator_email: user.sub }),
    ]
    const data = await imported(sendCsv(app, admin, csvOf(rows)))
    assert.deepEqual(data.unknown_creators, [stranger])
    const asThem = memberCalled('new.person@example.com', 4711, admin.tenantId)
    assert.equal((await list(asThem)).length, 2)
    assert.equal((await list(user)).length, 1)
  })

  it('the SLA of what is at work starts with the import, and what is over is never late', async () => {
    const { admin } = await people()
    const policy = { category: 'technical', sla_response_minutes: 10, sla_resolution_minutes: 20 }
    const set = {
      method: 'POST',
      url: '/vendor/tickets/sla',
      headers: admin.headers,
      payload: policy,
    } as const
    assert.equal((await app.inject(set)).statusCode, 200)
    const rows = (['open', 'in_progress', 'resolved', 'closed'] as const).map((status) => ({
      ...{ external_id: status, title: status, status },
    }))
    await imported(sendCsv(app, admin, csvOf(rows)))
    for (const ticket of await list(admin)) {
      const dueIn = (Date.parse(ticket.resolution_due_at) - Date.now()) / 60_000
      assert.ok(dueIn > 18 && dueIn <= 20, `${ticket.status} ${dueIn}`)
      assert.equal(ticket.escalation_level, 0)
    }
    const next = await sql(
      s.database,
      `SELECT status, next_escalation_at IS NULL AS ended FROM tickets WHERE tenant_id = ${admin.tenantId}`,
    )
    for (const { status, ended } of next)
      assert.equal(ended, status === 'resolved' || status === 'closed' ? 1 : 0, String(status))
  })

  it('custom fields: not required of a file, of their category alone, in cells of their type', async () => {
    const { admin } = await people()
    await define(app, admin, { key: 'needed', required: true })
    await define(app, admin, { key: 'bill', category: 'billing' })
    await define(app, admin, { key: 'yes', type: 'boolean' })
    await define(app, admin, { key: 'day', type: 'date' })
    const row = { 'field.needed': '', 'field.bill': '', 'field.yes': 'false', 'field.day': '2020-02-29' }
    await imported(sendCsv(app, admin, csvOf([{ external_id: 'good', ...row }])))
    const [{ id }] = await list(admin)
    assert.deepEqual((await detail(admin, id)).fields, { yes: false, day: '2020-02-29' })
    const bad = { 'field.bill': '1', 'field.yes': 'TRUE', 'field.day': '2021-02-29' }
    const { data } = assertFailure(
      await sendCsv(app, admin, csvOf([{ external_id: 'bad', ...row, ...bad }])),
      {
        status: 400,
      },
    )
    assert.deepEqual(
      (data as { failed: { column: string }[] }).failed.map(({ column }) => column),
      ['field.bill', 'field.yes', 'field.day'],
    )
  })

  it('hostile text is in the ticket as it was in the file', async () => {
    const { admin } = await people()
    await define(app, admin, { key: 'note' })
    const rows = naughty.map((text, n) => ({
      ...{ external_id: `h${n}`, title: `${n}:${text}`, description: text, 'field.note': `>${text}` },
      created_at: new Date(Date.UTC(2020, 0, 1, 0, n)).toISOString(),
    }))
    assert.ok(rows.length <= 100, 'a page')
    assert.deepEqual(await imported(sendCsv(app, admin, csvOf(rows))), counts(rows.length))
    const tickets = await list(admin)
    for (const [n, { id, title, description }] of tickets.entries()) {
      assert.deepEqual([title, description], [rows[n]?.title, rows[n]?.description])
      assert.deepEqual((await detail(admin, id)).fields, { note: rows[n]?.['field.note'] })
    }
  })

  it('tenants are apart: the same row is a ticket in each, agents are those of the tenant', async () => {
    const [first, second] = [await people(), await people()]
    const file = csvOf(rowsOf(2, 'both'))
    assert.deepEqual(await imported(sendCsv(app, first.admin, file)), counts(2))
    assert.deepEqual(await imported(sendCsv(app, second.admin, file)), counts(2))
    const ids = [...(await list(first.admin)), ...(await list(second.admin))].map(({ id }) => id)
    assert.equal(new Set(ids).size, 4)
    const [own] = await list(first.admin)
    assert.deepEqual(
      await imported(sendCsv(app, second.admin, csvOf([{ external_id: own.id }]))),
      counts(1),
      "another tenant's id is only a text",
    )
    const foreign = csvOf([{ external_id: 'f', agent_email: first.agent.sub }])
    assertFailure(await sendCsv(app, second.admin, foreign), { status: 400, code: 'import.invalid' })
  })

  it('admins, vendors and operators import; others are refused before a byte is read, keys and JSON too', async () => {
    const { admin, vendor, agent, user } = await people()
    const file = csvOf([{ external_id: 'r' }])
    assert.equal((await sendCsv(app, vendor, file)).statusCode, 200)
    const operator = member(5, 'vendor', 1)
    const named = { ...operator, headers: { ...operator.headers, 'x-tenant-id': String(admin.tenantId) } }
    assert.deepEqual(await imported(sendCsv(app, named, file)), counts(0, 1))
    for (const other of [agent, user, member(6, 'committee', admin.tenantId)]) {
      assertFailure(await sendCsv(app, other, file), { status: 403, code: 'auth.forbidden' })
      assertFailure(await sendForm(app, other, file), { status: 403, code: 'auth.forbidden' })
    }
    const anonymous = { ...admin, headers: {} }
    assertFailure(await sendCsv(app, anonymous, file), { status: 401 })
    const json = { method: 'POST', url: '/tickets/import', headers: admin.headers, payload: {} } as const
    assertFailure(await app.inject(json), { status: 415 })
  })
})

/** Somebody whose login name is this. */
function memberCalled(sub: string, uid: number, tenantId: number): Member {
  const headers = bearer({ sub, uid, tenant_id: tenantId, role: 'user', email: sub })
  return { uid, sub, role: 'user', tenantId, headers }
}
