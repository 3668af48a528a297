import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { connect } from '@werk/shared/database/migration-connection'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member, raise, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const people = Array.from({ length: 6 }, (_, i) => member(10 + i, 'user', 2))
const [mara = member(1)] = people

describe('searches that take the database long', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ DATABASE_POOL_SIZE: '8', DATABASE_ACQUIRE_TIMEOUT_MS: '1000' })
    await enrol(s, people)
  })
  after(() => s.close())

  const search = (by: Member) => read(s.app, by, '/tickets?limit=10&q=printer')
  /** While it runs, a search waits for the database. */
  const whileSearchesWait = async (work: () => Promise<void>) => {
    const connection = await connect(s.database.url)
    try {
      await connection.query('LOCK TABLES ticket_replies WRITE')
      await work()
    } finally {
      await connection.end()
    }
  }
  const waitingSearches = async () => {
    const [row] = await sql(
      s.database,
      "SELECT COUNT(*) AS waiting FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE '%AGAINST%' AND info NOT LIKE '%processlist%'",
    )
    return row?.waiting
  }

  it('leave the database’s connections to all else, and are all answered in the end', async () => {
    const { id } = await raise(s.app, mara, { title: 'the printer' })
    const searches: ReturnType<typeof search>[] = []
    await whileSearchesWait(async () => {
      for (const by of people) searches.push(search(by), search(by))
      await eventually(async () => assert.equal(await waitingSearches(), 2))
      for (let i = 0; i < 5; i += 1) assert.equal((await read(s.app, mara, `/tickets/${id}`)).statusCode, 200)
    })
    for (const answer of await Promise.all(searches)) assert.equal(answer.statusCode, 200, answer.body)
  })

  it('of one caller are five at most', async () => {
    const searches: ReturnType<typeof search>[] = []
    await whileSearchesWait(async () => {
      for (let i = 0; i < 5; i += 1) searches.push(search(mara))
      await eventually(async () => assert.equal(await waitingSearches(), 2))
      assertFailure(await search(mara), { status: 429, code: 'ticket.rate_limited' })
    })
    for (const answer of await Promise.all(searches)) assert.equal(answer.statusCode, 200, answer.body)
    assert.equal((await search(mara)).statusCode, 200)
  })
})
