import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { basic, createCaller, openSandbox, ticketForm } from '../invgate-caller.ts'
import { until } from '../until.ts'

async function openPersistent(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const persistFile = join(folder, 'state.json')
  const sandbox = await openSandbox(t, { persistFile })
  return { sandbox, persistFile, listFiles: () => readdir(`${persistFile}.files`) }
}

test('files come back byte for byte, under their name and SHA-256', async (t) => {
  const sandbox = await openSandbox(t)
  const invgate = createCaller(sandbox)
  const contents = [randomBytes(3_000_000), Buffer.alloc(0), Buffer.from('text')]
  const names = ['résumé 文.pdf', 'empty.bin', 'no extension']
  const files = contents.map((content, n) => new File([content], names[n] ?? '', { type: 'image/png' }))
  const { body } = await invgate.post('incidents', ticketForm(files))
  assert.equal(body.attachments.length, 3)

  for (const [n, content] of contents.entries()) {
    const sha256 = createHash('sha256').update(content).digest('hex')
    const meta = (await invgate.get(`incident.attachment?id=${body.attachments[n]}`)).body
    assert.deepEqual([meta.name, meta.hash], [names[n], sha256])
    assert.equal(meta.extension, ['pdf', 'bin', ''][n])
    const download = await invgate.raw('GET', meta.url)
    assert.equal(download.headers.get('content-type'), 'image/png')
    assert.ok(content.equals(Buffer.from(await download.arrayBuffer())))
    assert.equal((await fetch(meta.url)).status, 401)
  }
  const [incident] = await sandbox.control.incidents()
  assert.deepEqual(
    incident?.attachments.map(({ size }) => size),
    contents.map(({ length }) => length),
  )
})

test('an unknown attachment is a logical fault', async (t) => {
  const invgate = createCaller(await openSandbox(t))
  assert.equal((await invgate.get('incident.attachment?id=1')).body.status, 'ERROR')
})

test('files of a refused create are not kept', async (t) => {
  const { sandbox, listFiles } = await openPersistent(t)
  const invgate = createCaller(sandbox)
  const { status } = await invgate.post(
    'incident',
    ticketForm([new File(['x'], 'x.txt')], { type_id: 'one' }),
  )
  assert.equal(status, 428)
  assert.deepEqual(await listFiles(), [])
})

test('an upload that breaks off leaves neither incident nor file', async (t) => {
  const { sandbox, listFiles } = await openPersistent(t)
  const arrived = Promise.withResolvers<void>()
  sandbox.app.server.once('request', (incoming) => incoming.once('close', arrived.resolve))
  const upload = request(new URL('incident', sandbox.url), {
    method: 'POST',
    headers: {
      authorization: basic('sandbox', 'sandbox'),
      'content-type': 'multipart/form-data; boundary=b',
    },
  })
  upload.on('error', () => undefined)
  upload.write('--b\r\nContent-Disposition: form-data; name="attachments[]"; filename="x"\r\n\r\n')
  upload.write(randomBytes(200_000))
  await until(async () => (await listFiles()).length > 0)
  upload.destroy()
  await arrived.promise
  await until(async () => (await listFiles()).length === 0)
  assert.deepEqual(await sandbox.control.incidents(), [])
})

test('a file that no incident refers to is removed at the start', async (t) => {
  const { sandbox, persistFile, listFiles } = await openPersistent(t)
  await createCaller(sandbox).post('incident', ticketForm([new File(['kept'], 'kept.txt')]))
  await sandbox.close()
  await writeFile(join(`${persistFile}.files`, 'stray'), 'left by a crash')
  await openSandbox(t, { persistFile })
  assert.equal((await listFiles()).length, 1)
})
