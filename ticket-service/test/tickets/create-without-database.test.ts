import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { buildApp } from '../../src/app.ts'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { file, form } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const caller = bearer({ sub: 'mara@example.com', invgate_id: 77 })

describe('a ticket that InvGate has while the database is away', () => {
  let s: TicketService
  let proxy: Awaited<ReturnType<typeof startTcpProxy>>
  let app: TicketService['app']
  const logLines: string[] = []

  const start = async () => {
    const url = Object.assign(new URL(s.database.url), { hostname: '127.0.0.1', port: String(proxy.port) })
    const config = { ...s.config, DATABASE_URL: url.href, DATABASE_ACQUIRE_TIMEOUT_MS: 300 }
    app = await buildApp(config, { logStream: { write: (line) => logLines.push(line) } })
    await app.ready()
  }
  const post = (title: string) => {
    const { headers, payload } = form(
      { name: 'title', content: title },
      { name: 'description', content: 'b' },
      file('a.txt', `content of ${title}`),
    )
    return app.inject({ method: 'POST', url: '/api/tickets', headers: { ...caller, ...headers }, payload })
  }
  const spooled = async () => (await filesBelow(s.config.SPOOL_DIR)).filter((path) => path.endsWith('.json'))
  const titles = async () => {
    const rows = await sql(s.database, 'SELECT title FROM tickets ORDER BY id')
    return rows.map(({ title }) => title)
  }
  /** Until the database has these tickets and the spool none. */
  const stored = (expected: string[]) =>
    eventually(async () => {
      assert.deepEqual(await spooled(), [])
      assert.deepEqual(await titles(), expected)
    }, 12_000)

  before(async () => {
    s = await startTicketService()
    const { hostname, port } = new URL(s.database.url)
    proxy = await startTcpProxy({ host: hostname, port: Number(port || 3306) })
  })
  beforeEach(async () => {
    await sql(s.database, 'DELETE FROM tickets')
    await s.sandbox.control.reset()
    proxy.mend()
    await start()
  })
  afterEach(() => app.close())
  after(async () => {
    await proxy.close()
    await s.close()
  })

  it('is answered 201, waits on disk, and is in the database soon after its return, with its file', async () => {
    assert.equal((await post('before')).statusCode, 201)
    proxy.cut()
    const answers = [await post('first'), await post('second')]
    for (const answer of answers) assert.equal(answer.statusCode, 201, answer.body)
    assert.equal((await spooled()).length, 2)
    assert.deepEqual(await titles(), ['before'])

    proxy.mend()
    await stored(['before', 'first', 'second'])
    const { id } = answers[0]?.json() ?? {}
    const detail = await app.inject({ url: `/api/tickets/${id}`, headers: caller })
    assert.equal(detail.json().title, 'first')
    const download = await app.inject({ url: detail.json().attachments[0].url, headers: caller })
    assert.equal(download.body, 'content of first')
    assert.equal((await s.sandbox.control.incidents()).length, 3)
  })

  it('is in the database after a restart that happened meanwhile', async () => {
    proxy.cut()
    assert.equal((await post('first')).statusCode, 201)
    await app.close()
    assert.equal((await spooled()).length, 1)
    proxy.mend()
    await start()
    await stored(['first'])
  })

  it('is there once when the process ended between storing it and removing it from disk', async () => {
    proxy.cut()
    assert.equal((await post('first')).statusCode, 201)
    const [path = ''] = await spooled()
    const entry = await readFile(path)
    proxy.mend()
    for (const _ of ['stored and removed', 'stored, not removed']) {
      await app.close()
      await writeFile(path, entry)
      await start()
      await stored(['first'])
    }
    const [row] = await sql(s.database, 'SELECT COUNT(*) AS n FROM attachments')
    assert.equal(row?.n, 1)
  })

  it('does not wait for another that the database will never take, nor for a file that is torn', async () => {
    proxy.cut()
    assert.equal((await post('impossible')).statusCode, 201)
    assert.equal((await post('possible')).statusCode, 201)
    const [path = ''] = (await spooled()).sort()
    await app.close()
    const [, json = ''] = (await readFile(path, 'utf8')).split('\n')
    const impossible = json.replace('"tenantId":1', '"tenantId":1e12')
    await writeFile(path, `${createHash('sha256').update(impossible).digest('hex')}\n${impossible}`)
    const torn = join(s.config.SPOOL_DIR, '00000000-0000-7000-8000-000000000000.json')
    await writeFile(torn, '{"ticket":{"id":')
    proxy.mend()
    await start()
    await eventually(async () => assert.deepEqual(await titles(), ['possible']))
    await eventually(async () => assert.deepEqual(await spooled(), [path]))
    assert.ok((await filesBelow(s.config.SPOOL_DIR)).includes(`${torn}.torn`))
    assert.ok(logLines.some((line) => line.includes('still wait on disk')))
    await app.close()
    await Promise.all([`${torn}.torn`, path].map((left) => rm(left)))
    await start()
  })
})
