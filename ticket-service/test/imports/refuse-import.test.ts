import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { define } from '../custom-fields/fields.ts'
import { enrol, member } from '../kit/desk.ts'
import { filesBelow } from '../kit/folder.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { columns, counts, csvOf, imported, type Row, rowsOf, sendCsv, sendForm } from './csv.ts'

const admin = member(1, 'admin', 2)
const maxBytes = 3_000_000
let s: TicketService
before(async () => {
  s = await startTicketService({ UPLOAD_MAX_FILE_BYTES: String(maxBytes), UPLOAD_MAX_FILES: '0' })
  await enrol(s, [
    ...[admin, member(2, 'agent', 2), member(3, 'user', 2), member(4, 'agent', 3)],
    { ...member(5, 'agent', 2), active: false },
  ])
  await define(s.app, admin, { key: 'amount', type: 'number' })
})
after(() => s.close())

type Failed = { line: number; column: string | null; reason: string }
const assertNothing = async () => {
  assert.deepEqual(await sql(s.database, 'SELECT id FROM tickets'), [])
  assert.deepEqual(await sql(s.database, 'SELECT * FROM imported_tickets'), [])
  assert.deepEqual(await filesBelow(`${s.folder}/uploads/staging`), [])
}
const refused = async (file: string | Buffer, status: number, code: string) => {
  const failure = assertFailure(await sendCsv(s.app, admin, file), { status, code })
  await assertNothing()
  return failure
}

const wrong: Record<string, string[]> = {
  external_id: ['', ' ', 'x'.repeat(191)],
  title: ['', ' \n ', 'x'.repeat(256)],
  description: ['x'.repeat(65_536)],
  category: ['', 'sales', 'technical;billing'],
  priority: ['', 'urgent', '1'],
  status: ['new', 'opened'],
  creator_email: ['x'.repeat(321), 'ﷺ'.repeat(100)],
  agent_email: ['nobody@example.com', 'user3@example.com', 'agent4@example.com', 'agent5@example.com'],
  created_at: [
    ...[
      '',
      'yesterday',
      '2020-02-30',
      '2020-02-30T00:00:00Z',
      '2020-13-01T00:00:00Z',
      '2020-01-01T25:00:00Z',
    ],
    ...[
      '1577836800',
      '01/02/2020 03:04',
      '1969-12-31T23:59:59Z',
      '2999-01-01T00:00:00Z',
      '2020-01-01T00:00:00+99:00',
    ],
  ],
  closed_at: ['2019-01-01T00:00:00Z', 'x'],
  tags: ['x'.repeat(51), 'a\u0000b', Array.from({ length: 21 }, (_, n) => `t${n}`).join(';')],
  'field.amount': ['x', '1,5', '0x10', ' 1', '1e999', 'NaN'],
}
test('each wrong cell is named with its line, its column and why, and nothing is imported', async () => {
  const cases = Object.entries(wrong).flatMap(([column, texts]) =>
    texts.map((text) => [column, text] as const),
  )
  const rows = cases.map(
    ([column, text], n): Row => ({ external_id: `w${n}`, status: 'closed', [column]: text }),
  )
  const names = [...columns, 'tags', 'field.amount']
  // What is told of a row is told of the line it ends in.
  let line = 1
  const expected = rows.map((row, n) => {
    line += csvOf([row], names).split('\n').length - 1
    return [line, cases[n]?.[0]]
  })
  const { data, errors, error } = await refused(
    csvOf([{ external_id: 'good' }, ...rows], names),
    400,
    'import.invalid',
  )
  const { failed, ...rest } = data as { failed: Failed[] } & object
  assert.deepEqual(
    failed.map(({ line: of, column }) => [of, column]),
    expected.map(([of, column]) => [Number(of) + 1, column]),
  )
  assert.deepEqual(rest, { created: 0, unchanged: 0, failed_rows: rows.length })
  assert.equal(error, `${rows.length} rows are wrong, so nothing was imported`)
  for (const { line: of, column, reason } of failed) {
    assert.ok(reason.length > 5)
    assert.ok(errors?.[`line ${of}, ${column}`]?.includes(reason))
  }
})

test('what is right at its limits is imported', async () => {
  const row = {
    ...{ external_id: '🖨'.repeat(190), title: '🖨'.repeat(255), description: '🖨'.repeat(65_535) },
    ...{ created_at: new Date(Date.now() + 23 * 3_600_000).toISOString(), creator_email: 'x'.repeat(320) },
    tags: Array.from({ length: 20 }, (_, n) => `${n}`.padStart(50, 'x')).join(';'),
  }
  const { created } = await imported(sendCsv(s.app, admin, csvOf([row])))
  assert.equal(created, 1)
  await sql(s.database, 'DELETE FROM tickets')
})

test('a first line of very many columns is refused at once', async () => {
  const names = Array.from({ length: 150_000 }, (_, n) => `c${n}`).join(',')
  const begun = performance.now()
  const { errors } = await refused(`${columns.join(',')},${names}\n`, 400, 'import.malformed')
  assert.deepEqual(errors, { file: ['its first line names more than 500 columns'] })
  assert.ok(performance.now() - begun < 2000)
})

test('a second row of the same external_id, and one of too few or many cells, is wrong', async () => {
  const [header = '', one = ''] = csvOf([{ external_id: 'twin' }]).split('\r\n')
  const { data } = await refused([header, one, `${one},`, 'x', one].join('\n'), 400, 'import.invalid')
  assert.deepEqual((data as { failed: Failed[] }).failed, [
    { line: 3, column: null, reason: 'has 11 columns where the first line has 10' },
    { line: 4, column: null, reason: 'has 1 columns where the first line has 10' },
    { line: 5, column: 'external_id', reason: 'is that of line 2' },
  ])
})

test('columns that are called as the export calls them are told by that name', async () => {
  const names = columns.map((name) => name.replace('external_id', 'id').replace('agent_email', 'agent_id'))
  const rows = ['4', '5', '999', 'agent2@example.com', '1.0'].map((agent, n) => ({
    ...{ external_id: `${n}`, id: `${n}`, agent_id: agent },
  }))
  const { data } = await refused(csvOf([...rows, { external_id: '', id: ' ' }], names), 400, 'import.invalid')
  assert.deepEqual(
    (data as { failed: Failed[] }).failed.map(({ line, column }) => [line, column]),
    [...[2, 3, 4, 5, 6].map((line) => [line, 'agent_id']), [7, 'id']],
  )
})

test('of much that is wrong the first 1,000 are told, and how many there are', async () => {
  const { data } = await refused(csvOf(rowsOf(1200, 'bad', { priority: 'urgent' })), 400, 'import.invalid')
  const { failed, failed_rows: rows } = data as { failed: Failed[]; failed_rows: number }
  assert.deepEqual([failed.length, rows], [1000, 1200])
})

test('a first line that lacks a column, has one twice, or names a field that there is not, is told', async () => {
  const good = columns.join(',')
  const cases: [string, RegExp][] = [
    [columns.slice(2).join(','), /external_id, title as well/],
    [`${good},title`, /title twice/],
    [`${good},id,ID`, /id twice/],
    [`${good},field.color`, /field\.color/],
    ['', /empty/],
    ['\ufeff', /empty/],
    ['a;b;c', /must name/],
  ]
  for (const [header, reason] of cases) {
    const { error, errors } = await refused(`${header}\n`, 400, 'import.malformed')
    assert.match(error, reason, header)
    assert.deepEqual(Object.keys(errors ?? {}), ['file'])
  }
})

test('what is no CSV or no UTF-8 is refused with the line', async () => {
  const good = csvOf([{ external_id: '1' }])
  const { error } = await refused(`${good}\r\n2,"open quote`, 400, 'import.malformed')
  assert.match(error, /line 3/)
  await refused(`${good}\r\n2,a"b,`, 400, 'import.malformed')
  const latin1 = Buffer.concat([Buffer.from(good), Buffer.from([0xe4, 0x0a])])
  assert.match((await refused(latin1, 400, 'import.malformed')).error, /UTF-8/)
  await refused(Buffer.from(good, 'utf16le'), 400, 'import.malformed')
  await refused(`${good}\r\n${'x'.repeat(1_100_000)}`, 400, 'import.malformed')
})

test('10,000 rows are accepted and one more is not', async () => {
  assert.deepEqual(await imported(sendCsv(s.app, admin, csvOf(rowsOf(10_000, 'm')), '?dry_run=true')), {
    ...counts(10_000, 0, true),
  })
  await refused(csvOf(rowsOf(10_001, 'm')), 413, 'import.too_large')
})

test('a file past the limit of bytes is refused, in either form; so is none', async () => {
  const base = csvOf([{ external_id: 'x' }])
  const exact = `${base}${' '.repeat((maxBytes - base.length) % 2)}`.padEnd(maxBytes, '\r\n')
  assert.equal((await sendCsv(s.app, admin, exact, '?dry_run=true')).statusCode, 200)
  await refused(`${exact}\n`, 413, 'attachment.too_large')
  assertFailure(await sendForm(s.app, admin, `${exact}\n`), { status: 413, code: 'attachment.too_large' })
  assertFailure(await sendForm(s.app, admin, exact, 'other'), { status: 400 })
  const nothing = { method: 'POST', url: '/tickets/import', headers: admin.headers } as const
  assertFailure(await s.app.inject(nothing), { status: 400, code: 'import.required', fields: ['file'] })
  await assertNothing()
})

test('a dry run says what would be, finds what is wrong, and writes nothing', async () => {
  const file = csvOf(rowsOf(3, 'dry', { creator_email: 'nobody@example.com' }))
  assert.deepEqual(await imported(sendCsv(s.app, admin, file, '?dry_run=true')), {
    ...{ ...counts(3, 0, true), unknown_creators: ['nobody@example.com'] },
  })
  await assertNothing()
  assert.deepEqual(
    await sql(s.database, "SELECT seq FROM audit_entries WHERE details LIKE '%to_create\":3%'"),
    [],
  )
  const bad = csvOf([{ external_id: 'd', priority: 'x' }])
  assertFailure(await sendCsv(s.app, admin, bad, '?dry_run=true'), { status: 400, code: 'import.invalid' })
  for (const query of ['?dry_run=maybe', '?mirror=2'])
    assertFailure(await sendCsv(s.app, admin, file, query), { status: 400, code: 'request.invalid' })
})
