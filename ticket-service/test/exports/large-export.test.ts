import assert from 'node:assert/strict'
import { get, type IncomingMessage } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parse } from 'csv-parse'
import { enrol, member } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const admin = member(13, 'admin')
const count = 20_000
const descriptionBytes = 8000
const mebibyte = 1_048_576

describe('an export of 20,000 tickets', () => {
  let s: TicketService
  let url: string
  before(async () => {
    s = await startTicketService()
    await enrol(s, [admin])
    await fill(s)
    url = await s.app.listen({ host: '127.0.0.1', port: 0 })
  })
  after(() => s.close())

  const download = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      get(`${url}/tickets/export.csv`, { headers: admin.headers }, resolve).on('error', reject)
    })
  /** What the service said when an export was over, of those after the first so many. */
  const logged = (before: number) => {
    const lines = s.logLines.filter((line) => line.includes('tickets were exported')).slice(before)
    assert.equal(lines.length, 1)
    const { tickets, complete } = JSON.parse(String(lines[0]))
    return { tickets, complete }
  }
  const exportsSoFar = () => s.logLines.filter((line) => line.includes('tickets were exported')).length

  it('is whole and in order, each ticket once, and takes little memory', async (t) => {
    const before = exportsSoFar()
    const atStart = memoryInUse()
    const response = await download()
    let [peak, bytes, measuredAt, rows, last] = [0, 0, 0, 0, '']
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes - measuredAt < 4 * mebibyte) return
      measuredAt = bytes
      peak = Math.max(peak, memoryInUse() - atStart)
    })
    for await (const { id } of response.pipe(parse({ columns: true, record_delimiter: '\r\n' }))) {
      assert.ok(id > last, 'not in order')
      last = id
      rows += 1
    }
    assert.equal(rows, count)
    assert.ok(response.complete)
    assert.ok(bytes > count * descriptionBytes)
    t.diagnostic(
      `${(bytes / mebibyte).toFixed(0)} MiB with ${(peak / mebibyte).toFixed(0)} MiB of memory in use at most`,
    )
    assert.ok(peak < 48 * mebibyte, `${peak} bytes`)
    await eventually(async () => assert.deepEqual(logged(before), { tickets: count, complete: true }))
  })

  it('ends when whoever wants it is gone', async () => {
    const before = exportsSoFar()
    const response = await download()
    response.once('data', () => response.destroy())
    response.on('error', () => {})
    await eventually(async () => {
      const { tickets, complete } = logged(before)
      assert.equal(complete, false)
      assert.ok(tickets < count / 2, `${tickets} were read`)
    })
  })

  it('that fails on its way is seen to be broken off', async () => {
    const before = exportsSoFar()
    const response = await download()
    await sql(s.database, 'RENAME TABLE ticket_tags TO elsewhere')
    try {
      await assert.rejects(async () => {
        for await (const _ of response);
      }, /aborted/)
      assert.equal(response.complete, false)
    } finally {
      await sql(s.database, 'RENAME TABLE elsewhere TO ticket_tags')
    }
    await eventually(async () => assert.equal(logged(before).complete, false))
  })
})

/** Bytes, of this process: of the service and of who reads the export, without what is only not yet collected. */
function memoryInUse(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function fill({ database }: TicketService): Promise<void> {
  const numbers = (n: number) => Array.from({ length: n }, (_, i) => `SELECT ${i} AS n`).join(' UNION ALL ')
  await sql(
    database,
    `INSERT INTO tickets (id, tenant_id, source_id, creator_id, customer_id, category_id, type_id, priority_id, title,
        description, creator_email, creator_key, status, created_at, updated_at, synced_at)
      SELECT LOWER(CONCAT('01890000-', LPAD(HEX(i DIV 4096), 4, '0'), '-7', LPAD(HEX(i MOD 4096), 3, '0'), '-8000-000000000000')),
          1, 1, 1, 1, 1, 1, 1, CONCAT('ticket ', i), REPEAT('x', ${descriptionBytes}), 'b', 'b', 'open', NOW(3), NOW(3), NOW(3)
        FROM (SELECT a.n * 1000 + b.n * 50 + c.n AS i FROM (${numbers(20)}) a, (${numbers(20)}) b, (${numbers(50)}) c) numbers`,
  )
  await sql(database, "INSERT INTO ticket_tags SELECT id, 'common', 1 FROM tickets")
}
