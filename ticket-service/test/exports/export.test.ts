import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { parse } from 'csv-parse/sync'
import { enrol, type Member, member, patch, raise, read } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [owner, other] = [member(1), member(2)]
const [agent, colleague, admin] = [member(11, 'agent'), member(12, 'agent'), member(13, 'admin')]
const [theirOwner, stranger] = [member(20, 'user', 2), member(21, 'admin', 2)]

const columns =
  'id inv_gate_id created_at updated_at status priority category title description creator user_id member_id agent_id tags escalation_level response_due_at resolution_due_at first_response_at waiting_since closed_at merged_into attachment_url'.split(
    ' ',
  )

type Row = Record<string, string>

describe('GET /tickets/export.csv', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, other, agent, colleague, admin, theirOwner, stranger])
  })
  after(() => s.close())

  const download = (by: Member, query = '') => read(s.app, by, `/tickets/export.csv${query}`)
  const rowsOf = async (by: Member, query = ''): Promise<Row[]> => {
    const answer = await download(by, query)
    assert.equal(answer.statusCode, 200, answer.body)
    return parse(answer.body, { columns: true, record_delimiter: '\r\n' })
  }
  const rowOf = async (by: Member, id: string): Promise<Row> => {
    const row = (await rowsOf(by)).find((one) => one.id === id)
    assert.ok(row, id)
    return row
  }

  it('is a file of RFC 4180 in UTF-8 with a header, with a byte order mark for who wants one', async () => {
    await raise(s.app, owner, { title: 'Grüße' })
    const answer = await download(admin)
    assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8')
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="tickets.csv"')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    assert.ok(answer.body.startsWith(`${columns.join(',')}\r\n`))
    const withBom = await download(admin, '?bom=true')
    assert.deepEqual(withBom.rawPayload.subarray(0, 3), Buffer.from([0xef, 0xbb, 0xbf]))
    assert.deepEqual(withBom.rawPayload.subarray(3), (await download(admin, '?bom=false')).rawPayload)
  })

  it('tells all of a ticket: due times, tags, agent, and when it was closed', async () => {
    await send(s.app, admin, 'POST', '/vendor/tickets/sla', {
      ...{ category: 'billing', sla_response_minutes: 60, sla_resolution_minutes: 600 },
    })
    const { id } = await raise(s.app, owner, { category: 'billing', priority: 'high' })
    await patch(s.app, admin, id, { agent_id: agent.uid })
    await send(s.app, agent, 'PUT', `/tickets/${id}/tags`, { tags: ['vip', 'invoice'] })
    await send(s.app, agent, 'POST', `/tickets/${id}/replies`, { message: 'hello', waiting: true })
    await patch(s.app, owner, id, { status: 'closed' })
    const ticket = (await read(s.app, owner, `/tickets/${id}`)).json().data
    const row = await rowOf(admin, id)
    assert.deepEqual(Object.keys(row), columns)
    for (const column of columns.filter((name) => !['inv_gate_id', 'tags'].includes(name)))
      assert.equal(row[column], String(ticket[column] ?? ''), column)
    assert.equal(row.tags, 'invoice, vip')
    for (const column of ['response_due_at', 'resolution_due_at', 'first_response_at', 'closed_at'])
      assert.match(String(row[column]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, column)
  })

  it('defuses what a spreadsheet would take for a formula, and nothing else', async () => {
    const starts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠1']
    const harmless = ['a=1', "'quoted'", ' spaced', '1-1', '"=1"', 'x\t=1']
    for (const text of [...starts, ...harmless]) {
      const { id } = await raise(s.app, owner, { title: text, description: `${text}\r\n${text}` })
      const row = await rowOf(admin, id)
      const sign = starts.includes(text) ? "'" : ''
      assert.equal(row.title, `${sign}${text}`)
      assert.equal(row.description, `${sign}${text}\r\n${text}`)
    }
    // A tag is given by staff, and a login name by anybody.
    const { id } = await raise(s.app, owner)
    await send(s.app, agent, 'PUT', `/tickets/${id}/tags`, { tags: ['=cmd'] })
    await sql(s.database, `UPDATE tickets SET creator_email = '@evil' WHERE id = '${id}'`)
    const row = await rowOf(admin, id)
    assert.equal(row.tags, "'=cmd")
    assert.equal(row.creator, "'@evil")
  })

  it('hostile text comes back as it went in', async () => {
    const hostile = [
      ...['a,b', 'a"b', '"', '""', '"a,"', 'a\nb', 'a\r\nb', 'a;b', ',', "'; drop table tickets; --"],
      ...[
        '<script>alert(1)</script>',
        '\u202eabc',
        '𝒳👩‍👩‍👧',
        '\ufeffbom',
        'nul\u0000l',
        '\\',
        '__proto__',
        '{{7*7}}',
      ],
    ]
    for (const text of hostile) {
      const { id } = await raise(s.app, owner, { title: text, description: text })
      const row = await rowOf(admin, id)
      assert.equal(row.title, text)
      assert.equal(row.description, text)
    }
  })

  it('shows staff what the list shows them, and tags only of what they answer', async () => {
    const [free, mine, theirs, raised] = [
      (await raise(s.app, other)).id,
      (await raise(s.app, other)).id,
      (await raise(s.app, other)).id,
      (await raise(s.app, agent)).id,
    ]
    for (const id of [free, mine, theirs, raised])
      await send(s.app, admin, 'PUT', `/tickets/${id}/tags`, { tags: ['scope'] })
    await patch(s.app, admin, mine, { agent_id: agent.uid })
    await patch(s.app, admin, theirs, { agent_id: colleague.uid })
    await patch(s.app, admin, raised, { agent_id: colleague.uid })
    const seen = async (by: Member) =>
      (await rowsOf(by))
        .filter(({ id }) => [free, mine, theirs, raised].includes(String(id)))
        .map(({ id, tags }) => [id, tags])
    assert.deepEqual(
      await seen(admin),
      [free, mine, theirs, raised].map((id) => [id, 'scope']),
    )
    assert.deepEqual(await seen(agent), [
      [free, 'scope'],
      [mine, 'scope'],
      [raised, ''],
    ])
  })

  it('tenants are apart, and it is for staff alone', async () => {
    const foreign = (await raise(s.app, theirOwner)).id
    const rows = await rowsOf(stranger)
    assert.deepEqual(
      rows.map(({ id }) => id),
      [foreign],
    )
    assert.ok((await rowsOf(admin)).every(({ id }) => id !== foreign))
    for (const by of [owner, member(3, 'committee')]) assertFailure(await download(by), { status: 403 })
    assertFailure(await s.app.inject({ url: '/tickets/export.csv' }), { status: 401 })
    assertFailure(await read(s.app, stranger, '/tickets/export.csv', { 'x-tenant-id': '1' }), { status: 403 })
  })

  it('takes the list’s filters, and refuses as the list does', async () => {
    const { id } = await raise(s.app, other, { priority: 'high', title: 'unmistakable words' })
    await send(s.app, admin, 'PUT', `/tickets/${id}/tags`, { tags: ['filtered'] })
    const filters = [
      'tag=Filtered',
      'q=unmistakable',
      `tag=filtered&priority=high&status=open&category=technical&member_id=${other.uid}&creator=${other.sub}`,
      'tag=filtered&unassigned=true&created_from=2000-01-01T00:00:00Z',
    ]
    for (const filter of filters)
      assert.deepEqual(
        (await rowsOf(admin, `?${filter}`)).map((row) => row.id),
        [id],
        filter,
      )
    const none = await download(admin, '?tag=filtered&overdue=true')
    assert.equal(none.body, `${columns.join(',')}\r\n`)
    for (const query of ['status=gone', 'tag=%20', 'q=a', 'created_from=2016-12-31T23:59:60Z', 'bom=perhaps'])
      assertFailure(await download(admin, `?${query}`), { status: 400 })
  })

  it('does not read all tickets to answer HEAD', async () => {
    const answer = await s.app.inject({ method: 'HEAD', url: '/tickets/export.csv', headers: admin.headers })
    assert.equal(answer.statusCode, 404)
  })
})
