import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { buildApp } from '../../src/app.ts'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { file, form } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const hour = 60 * 60 * 1000
const caller = bearer({ sub: 'mara@example.com', invgate_id: 5 })
const fields = [
  { name: 'title', content: 'a' },
  { name: 'description', content: 'b' },
]

describe('an upload that is abandoned', () => {
  let s: TicketService
  let port: number
  before(async () => {
    s = await startTicketService()
    await s.app.listen({ port: 0, host: '127.0.0.1' })
    port = (s.app.server.address() as AddressInfo).port
  })
  beforeEach(() => s.sandbox.control.reset())
  after(() => s.close())

  const staged = () => filesBelow(join(s.config.UPLOAD_DIR, 'staging'))
  const headOf = (type: string, length: number) =>
    `POST /api/tickets HTTP/1.1\r\nhost: x\r\nauthorization: ${caller.authorization}\r\n` +
    `content-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`
  const nothingIsLeft = async () => {
    await eventually(async () => assert.deepEqual(await filesBelow(s.folder), []))
    assert.deepEqual(await s.sandbox.control.incidents(), [])
    assert.deepEqual(await sql(s.database, 'SELECT id FROM tickets'), [])
  }

  for (const how of ['reset', 'end'] as const)
    it(`by a client that goes away amid a file (${how}) leaves no file, no row and no incident`, async () => {
      const { headers, payload } = form(...fields, file('a.bin', Buffer.alloc(500_000, 'x')))
      const client = connect(port, '127.0.0.1')
      client.on('error', () => {})
      client.write(headOf(headers['content-type'], payload.length))
      client.write(payload.subarray(0, 300_000))
      await eventually(async () => assert.equal((await staged()).length, 1))
      if (how === 'reset') client.resetAndDestroy()
      else client.end()
      await nothingIsLeft()
      client.destroy()
    })

  it('by a client that goes away between two files leaves neither', async () => {
    const { headers, payload } = form(
      ...fields,
      file('a.bin', Buffer.alloc(1000, 'x')),
      file('b.bin', Buffer.alloc(500_000, 'y')),
    )
    const client = connect(port, '127.0.0.1')
    client.on('error', () => {})
    client.write(headOf(headers['content-type'], payload.length))
    client.write(payload.subarray(0, 200_000))
    await eventually(async () => assert.equal((await staged()).length, 2))
    client.resetAndDestroy()
    await nothingIsLeft()
  })

  it('by a client that goes away amid a JSON body leaves nothing', async () => {
    const client = connect(port, '127.0.0.1')
    client.on('error', () => {})
    const connected = once(s.app.server, 'request')
    client.write(`${headOf('application/json', 1000)}{"title":"a","description":"b"`)
    const [request] = await connected
    const closed = new Promise((resolve) => request.once('close', resolve))
    client.resetAndDestroy()
    await closed
    await nothingIsLeft()
  })

  it('a client that goes away after its whole request has the ticket all the same, once', async () => {
    const { headers, payload } = form(...fields, file('a.txt', 'content'))
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: { type: 'latency', ms: 100 } }])
    const client = connect(port, '127.0.0.1')
    client.write(headOf(headers['content-type'], payload.length))
    client.write(payload)
    await eventually(async () =>
      assert.ok((await s.sandbox.control.requests()).some(({ route }) => route === 'POST incidents')),
    )
    client.resetAndDestroy()
    await eventually(async () => assert.equal((await sql(s.database, 'SELECT id FROM tickets')).length, 1))
    assert.equal((await s.sandbox.control.incidents()).length, 1)
    assert.deepEqual(await staged(), [])
  })

  it('a client that is too large by far gets to read its 413', async () => {
    const app = await buildApp({ ...s.config, UPLOAD_MAX_FILE_BYTES: 1000 })
    try {
      const address = await app.listen({ port: 0, host: '127.0.0.1' })
      const { headers, payload } = form(...fields, file('a.bin', Buffer.alloc(5_000_000)))
      const answer = await fetch(`${address}/api/tickets`, {
        method: 'POST',
        headers: { ...caller, ...headers },
        body: payload,
      })
      assert.equal(answer.status, 413)
      const { error } = (await answer.json()) as { error: string }
      assert.equal(error, 'a.bin is larger than 1000 bytes, the limit per file')
      assert.deepEqual(await staged(), [])
    } finally {
      await app.close()
    }
  })

  it('a start removes what a killed process left in staging a day ago, and nothing younger or kept', async () => {
    const staging = join(s.config.UPLOAD_DIR, 'staging')
    await mkdir(staging, { recursive: true })
    const paths = ['old', 'young'].map((name) => join(staging, name))
    for (const path of paths) await writeFile(path, 'x')
    const kept = (await filesBelow(s.config.UPLOAD_DIR)).filter((path) => !path.startsWith(staging))
    assert.ok(kept.length > 0)
    const [old = '', young] = paths
    for (const [path, ageMs] of [
      ...kept.map((path) => [path, 48 * hour] as const),
      [old, 25 * hour] as const,
    ])
      await utimes(path, new Date(Date.now() - ageMs), new Date(Date.now() - ageMs))
    const app = await buildApp(s.config)
    try {
      await app.ready()
      await eventually(async () => assert.deepEqual(await staged(), [young]))
      for (const path of kept) assert.ok((await filesBelow(s.config.UPLOAD_DIR)).includes(path))
    } finally {
      await app.close()
    }
  })
})
