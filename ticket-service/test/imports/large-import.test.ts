import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { enrol, member, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'
import { csvOf } from './csv.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const MiB = 1_048_576
const rows = 10_000

/** A file of 40 MiB. */
function* lines() {
  const description = 'All pages come out blank. '.repeat(161)
  yield `${csvOf([]).split('\r\n')[0]}\r\n`
  for (let n = 0; n < rows; n += 1)
    yield `${csvOf([{ external_id: `row ${n}`, title: `${n}`, description }]).split('\r\n')[1]}\r\n`
}

/** Bytes that are in use. */
function inUse(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

test('10,000 rows of 40 MiB are imported in memory that does not grow with them, while others are answered', async (t) => {
  const s = await startTicketService({ LOG_LEVEL: 'warn', UPLOAD_MAX_FILE_BYTES: String(64 * MiB) })
  try {
    const admin = member(1, 'admin', 2)
    await enrol(s, [admin])
    const path = join(s.folder, 'large.csv')
    await writeFile(path, lines())
    const url = new URL('/tickets/import', await s.app.listen({ port: 0 }))
    await read(s.app, admin, '/tickets?limit=1')

    const before = inUse()
    let isOver = false
    const sending = promisify(execFile)(process.execPath, [
      join(import.meta.dirname, 'send-file.ts'),
      ...[url.href, path, admin.headers.authorization ?? ''],
    ]).finally(() => {
      isOver = true
    })
    let [grown, answers, slowest] = [0, 0, 0]
    while (!isOver) {
      const asked = performance.now()
      const { statusCode } = await read(s.app, admin, '/tickets?limit=1')
      slowest = Math.max(slowest, performance.now() - asked)
      assert.equal(statusCode, 200)
      answers += 1
      grown = Math.max(grown, inUse() - before)
      await pause(100)
    }
    const { data } = JSON.parse((await sending).stdout)
    assert.equal(data.created, rows)
    const [count] = await sql(s.database, 'SELECT COUNT(*) AS n FROM tickets WHERE tenant_id = 2')
    assert.equal(count?.n, rows)
    t.diagnostic(
      `memory in use grew by ${(grown / MiB).toFixed(1)} MiB at most; ` +
        `${answers} other requests meanwhile, the slowest in ${slowest.toFixed(0)} ms`,
    )
    assert.ok(grown < 32 * MiB, `${grown / MiB} MiB`)
    assert.ok(answers > 10)
  } finally {
    await s.close()
  }
})
