import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createCaller, openSandbox, ticket, ticketForm } from '../invgate-caller.ts'

async function temporaryFile(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  t.after(() => rm(folder, { recursive: true }))
  return join(folder, 'deep', 'state.json')
}

test('incidents, comments, users and files outlive a restart, and ids go on', async (t) => {
  const persistFile = await temporaryFile(t)
  const first = await openSandbox(t, { persistFile })
  const invgate = createCaller(first)
  const { body } = await invgate.post('incidents', ticketForm([new File(['kept'], 'kept.txt')]))
  await invgate.post('incident.comment', { request_id: body.id, author_id: 1, comment: 'Noted' })
  await invgate.post('user', { name: 'Ada', lastname: 'Example', email: 'ada@example.test' })
  const [incidents, users] = [await first.control.incidents(), await first.control.users()]
  await first.close()

  const second = await openSandbox(t, { persistFile })
  assert.deepEqual(await second.control.incidents(), incidents)
  assert.deepEqual(await second.control.users(), users)
  const again = createCaller(second)
  const { url } = (await again.get(`incident.attachment?id=${body.attachments[0]}`)).body
  assert.equal(await (await again.raw('GET', url)).text(), 'kept')
  assert.equal(await again.create(), body.id + 1)
})

for (const path of ['incident', 'incidents']) {
  test(`what POST ${path} answered is on disk, however many come at once`, async (t) => {
    const persistFile = await temporaryFile(t)
    const invgate = createCaller(await openSandbox(t, { persistFile }))
    const create = async () => {
      const { body } = await invgate.post(path, ticket)
      const saved: { incidents: { id: number }[] } = JSON.parse(await readFile(persistFile, 'utf8'))
      assert.ok(saved.incidents.some(({ id }) => id === (body.id ?? body.request_id)))
    }
    await Promise.all(Array.from({ length: 20 }, create))
  })
}

test('a reset goes back to the seed and takes files, faults, log and settings along', async (t) => {
  const persistFile = await temporaryFile(t)
  const { control, ...sandbox } = await openSandbox(t, { persistFile })
  const invgate = createCaller({ control, ...sandbox })
  await invgate.post('incident', ticketForm([new File(['x'], 'x.txt')]))
  await control.settings({ create_shape: 'incident-only' })
  await control.setFaults([{ route: '*', fault: { type: 'status', status: 503 } }])
  await control.reset()
  assert.deepEqual(await control.incidents(), [])
  assert.deepEqual(await control.requests(), [])
  assert.deepEqual(await control.faults(), [])
  assert.deepEqual(
    (await control.users()).map(({ id }) => id),
    [1],
  )
  assert.deepEqual(await readdir(`${persistFile}.files`), [])
  assert.equal((await invgate.post('incidents', ticket)).status, 201)
})

test('without a file nothing outlives the sandbox, temporary uploads included', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
  const usual = process.env.TMPDIR
  process.env.TMPDIR = folder
  t.after(() => {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
    return rm(folder, { recursive: true })
  })
  const sandbox = await openSandbox(t)
  await createCaller(sandbox).post('incident', ticketForm([new File(['x'], 'x.txt')]))
  assert.equal((await readdir(folder)).length, 1)
  await sandbox.close()
  assert.deepEqual(await readdir(folder), [])
})
