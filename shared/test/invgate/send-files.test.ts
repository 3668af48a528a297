import assert from 'node:assert/strict'
import { appendFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { answerJson, listen, startRawServer } from './raw-server.ts'
import { createsSeen, openSandbox } from './sandbox.ts'
import { writeFileToSend } from './temporary-file.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

for (const create_shape of ['both', 'incident-only'] as const) {
  test(`files arrive byte for byte and by name (${create_shape})`, async (t) => {
    const sandbox = await openSandbox(t)
    await sandbox.control.settings({ create_shape })
    const { client } = openClient(t, { baseUrl: sandbox.url })
    const sent = [
      await writeFileToSend(t, { filename: 'photo.jpg', size: 3_000_001, contentType: 'image/jpeg' }),
      await writeFileToSend(t, { filename: 'отчёт – 2.pdf', size: 70_000, contentType: 'application/pdf' }),
      await writeFileToSend(t, { filename: 'empty.txt', size: 0, contentType: 'text/plain' }),
    ]
    const { id } = await client.createIncident(
      { ...newIncident, title: 'Größe "7"', description: 'one\ntwo\r\n--three' },
      sent.map(({ file }) => file),
    )
    const [kept, ...more] = await sandbox.control.incidents()
    assert.deepEqual(more, [])
    assert.equal(kept?.id, id)
    assert.deepEqual([kept?.title, kept?.description], ['Größe "7"', 'one\ntwo\r\n--three'])
    assert.deepEqual(
      kept?.attachments.map(({ name, content_type, sha256, size }) => ({ name, content_type, sha256, size })),
      sent.map(({ file, sha256 }) => ({
        name: file.filename,
        content_type: file.contentType,
        sha256,
        size: file.size,
      })),
    )
  })
}

test('files go as attachments[] after the fields, with a known length and safe part heads', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 200, { id: 1 }))
  const { client } = openClient(t, { baseUrl })
  const { file } = await writeFileToSend(t, {
    filename: 'a"b\r\nx: y.txt',
    size: 5,
    contentType: 'text/plain\r\nx: y',
  })
  await client.createIncident(newIncident, [file])
  const [request] = seen
  assert.equal(request?.headers['transfer-encoding'], undefined)
  assert.ok(Number(request?.headers['content-length']) > 0)
  const body = request?.body ?? ''
  assert.ok(
    body.includes(
      'name="attachments[]"; filename="a%22b%0D%0Ax: y.txt"\r\ncontent-type: application/octet-stream\r\n\r\n',
    ),
  )
  assert.ok(body.indexOf('name="description"') < body.indexOf('attachments[]'))
})

test('a file that is gone, or not of its promised size, is told before anything is sent', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 200, { id: 1 }))
  const { client } = openClient(t, { baseUrl })
  const { file } = await writeFileToSend(t, { filename: 'a.txt', size: 5 })
  const failures = [await failureOf(client.createIncident(newIncident, [{ ...file, size: 6 }]))]
  await rm(file.path)
  failures.push(await failureOf(client.createIncident(newIncident, [file])))
  for (const { kind, effect } of failures)
    assert.deepEqual({ kind, effect }, { kind: 'unreadable_file', effect: 'none' })
  assert.equal(seen.length, 0)
})

test('a file that changes while it is sent ends the upload, with a possible effect', async (t) => {
  const { file } = await writeFileToSend(t, { filename: 'growing.log', size: 20_000_000 })
  const server = createServer((socket) => {
    socket.on('error', () => {})
    // Reading nothing holds the upload up until the file has changed.
    appendFile(file.path, 'more').then(() => socket.resume())
  })
  const port = await listen(t, server)
  const { client } = openClient(t, { baseUrl: `http://127.0.0.1:${port}` })
  const { kind, effect } = await failureOf(client.createIncident(newIncident, [file]))
  assert.deepEqual({ kind, effect }, { kind: 'unreadable_file', effect: 'possible' })
})

test('a time-out in the middle of an upload may have had an effect', async (t) => {
  const { file } = await writeFileToSend(t, { filename: 'large.bin', size: 20_000_000 })
  const server = createServer((socket) => {
    socket.on('error', () => {})
  })
  const port = await listen(t, server)
  const { client } = openClient(t, { baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 300 })
  const { kind, effect } = await failureOf(client.createIncident(newIncident, [file]))
  assert.deepEqual({ kind, effect }, { kind: 'timeout', effect: 'possible' })
})

test('an answer that comes before the upload has ended is the answer', async (t) => {
  const { file } = await writeFileToSend(t, { filename: 'large.bin', size: 20_000_000 })
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 23\r\n\r\n{"error":"Not so much"}')
  })
  const port = await listen(t, server)
  const { client } = openClient(t, { baseUrl: `http://127.0.0.1:${port}` })
  const { kind, effect, message } = await failureOf(client.createIncident(newIncident, [file]))
  assert.deepEqual({ kind, effect, message }, { kind: 'rejected', effect: 'none', message: 'Not so much' })
})

test('a create with files is sent once when InvGate fails after it was done', async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url })
  const { file } = await writeFileToSend(t, { filename: 'a.bin', size: 100_000 })
  await sandbox.control.setFaults([{ route: 'POST incidents', fault: { type: 'reset', when: 'after' } }])
  const failure = await failureOf(client.createIncident(newIncident, [file]))
  assert.deepEqual(
    { kind: failure.kind, effect: failure.effect },
    { kind: 'unreachable', effect: 'possible' },
  )
  assert.equal((await sandbox.control.incidents()).length, 1)
  assert.deepEqual(await createsSeen(sandbox), ['POST incidents'])
})
