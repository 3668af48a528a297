import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { connect } from '@werk/shared/database/migration-connection'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { type Action, attendance, history, scan } from './gate.ts'

const many = 100
const gates = Array.from({ length: many }, (_, number) =>
  bearer({ sub: `gate${number}@example.com`, role: 'committee' }),
)

describe('scans of one ticket at once, over two replicas', () => {
  let s: TicketService
  let apps: TicketService['app'][]
  before(async () => {
    s = await startTicketService()
    apps = [s.app, await s.startReplica()]
  })
  after(() => s.close())

  const all = (ticket: object, action: Action = '', headers = (index: number) => gates[index]) =>
    Promise.all(gates.map((_, index) => scan(apps[index % 2] ?? s.app, ticket, action, headers(index))))
  type Answers = Awaited<ReturnType<typeof all>>
  /** One has won, and each of the others was shown what it made. */
  const assertOneWon = (answers: Answers, status: number) => {
    const won = answers.filter(({ statusCode }) => statusCode === status)
    const lost = answers.filter(({ statusCode }) => statusCode === 409)
    assert.deepEqual([won.length, lost.length], [1, many - 1])
    const { record } = won[0]?.json() ?? {}
    for (const answer of lost) assert.deepEqual(answer.json().data, record)
    return record
  }

  it(`of ${many} check-ins one is 201, and ${many - 1} are 409 with its record`, async () => {
    const ticket = { event_id: 'rush', ticket_id: 'T' }
    const record = assertOneWon(await all(ticket), 201)
    const { total_checkins, inside, records } = await attendance(s.app, 'rush')
    assert.deepEqual([total_checkins, inside, records.length], [1, 1, 1])
    assert.equal(records[0].checked_in_by, record.checked_in_by)
    assert.equal((await history(s.app, 'rush')).length, 1)
  })

  it('of check-outs, and of ways in again, exactly one wins each', async () => {
    const ticket = { event_id: 'again', ticket_id: 'T' }
    await scan(s.app, ticket)
    assertOneWon(await all(ticket, '/checkout'), 200)
    assert.equal((await attendance(s.app, 'again')).inside, 0)
    assertOneWon(await all(ticket), 201)
    const { total_checkins, inside } = await attendance(s.app, 'again')
    assert.deepEqual([total_checkins, inside], [1, 1])
    const directions = (await history(s.app, 'again')).map(({ direction }) => direction)
    assert.deepEqual(directions, ['in', 'out', 'in'])
  })

  it('of undos exactly one wins, the others find no check-in', async () => {
    const ticket = { event_id: 'undone', ticket_id: 'T' }
    await scan(s.app, ticket)
    const statuses = (await all(ticket, '/undo')).map(({ statusCode }) => statusCode)
    assert.deepEqual(statuses.toSorted(), [200, ...Array(many - 1).fill(404)])
    assert.equal((await attendance(s.app, 'undone')).total_checkins, 0)
  })

  it('with one nonce of one person are one scan: 201 with the same record for all', async () => {
    const ticket = { event_id: 'nonce', ticket_id: 'T', nonce: 'n' }
    const answers = await all(ticket, '', () => gates[0])
    for (const answer of answers)
      assert.deepEqual([answer.statusCode, answer.json()], [201, answers[0]?.json()])
    assert.equal((await history(s.app, 'nonce')).length, 1)
  })

  it('one nonce for as many tickets checks one of them in', async () => {
    const answers = await Promise.all(
      gates.map((_, index) =>
        scan(
          apps[index % 2] ?? s.app,
          { event_id: 'spread', ticket_id: index, nonce: 'spread' },
          '',
          gates[0],
        ),
      ),
    )
    const statuses = answers.map(({ statusCode }) => statusCode)
    assert.deepEqual(statuses.toSorted(), [201, ...Array(many - 1).fill(422)])
    assert.equal((await attendance(s.app, 'spread')).total_checkins, 1)
  })

  it('a failure of the totals takes the scan back with it, and a failure of the scan leaves the totals', async () => {
    for (const table of ['check_in_totals', 'check_in_scans']) {
      await sql(s.database, `ALTER TABLE ${table} ADD CONSTRAINT none CHECK (event_id <> 'torn')`)
      assert.equal((await scan(s.app, { event_id: 'torn', ticket_id: 'T' })).statusCode, 500)
      await sql(s.database, `ALTER TABLE ${table} DROP CONSTRAINT none`)
    }
    assert.deepEqual(await attendance(s.app, 'torn'), {
      event_id: 'torn',
      total_checkins: 0,
      inside: 0,
      records: [],
    })
  })
  it('a deadlock between them counts nothing twice', async () => {
    const ticket = { event_id: 'deadlock', ticket_id: 'deadlocked' }
    const blocker = await connect(s.database.url)
    await blocker.query('START TRANSACTION')
    await blocker.query(
      `INSERT INTO check_in_scans SELECT tenant_id, 'deadlock', 'deadlocked', 1, UUID(), direction, scanned_by, scanned_at,
        recorded_at, offline, event_is_number, ticket_is_number, NULL, NULL FROM check_in_scans LIMIT 1`,
    )
    const answers = [0, 1, 2, 3].map((index) => scan(apps[index % 2] ?? s.app, ticket))
    await pollUntil('all of them wait for the row', async () => {
      const [row] = await sql(
        s.database,
        `SELECT COUNT(*) AS waiting FROM information_schema.INNODB_TRX
          WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%''deadlocked''%'`,
      )
      return row?.waiting === answers.length || undefined
    })
    // Each is let in to the gap that this leaves, keeps the others out of it, and so all but one end as victims.
    await blocker.query('ROLLBACK')
    await blocker.end()
    const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode)
    assert.deepEqual(statuses.toSorted(), [201, 409, 409, 409])
    const { total_checkins, inside } = await attendance(s.app, 'deadlock')
    assert.deepEqual([total_checkins, inside], [1, 1])
  })
})
