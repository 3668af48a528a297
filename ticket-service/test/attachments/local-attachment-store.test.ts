import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { createLocalAttachmentStore } from '../../src/infrastructure/local-attachment-store.ts'
import { keepOf, limit, png, sha256Of, testGuarantees } from './attachment-store-guarantees.ts'

async function start() {
  const directory = await mkdtemp(join(tmpdir(), 'attachments-'))
  const store = createLocalAttachmentStore({ directory })
  return {
    store,
    directory,
    replica: async () => createLocalAttachmentStore({ directory }),
    listKept: store.listKept,
    close: () => rm(directory, { recursive: true }),
  }
}

testGuarantees('the local attachment store', start)

test('kept content is in a folder by its hash, which nobody else may read', async (t) => {
  const { store, directory, close } = await start()
  t.after(close)
  const { sha256 } = await keepOf(store, png)
  const folder = join(directory, sha256Of(png).slice(0, 2))
  assert.deepEqual(await readdir(folder), [sha256])
  assert.deepEqual(await readFile(join(folder, sha256)), png)
  assert.equal((await stat(join(folder, sha256))).mode & 0o777, 0o600)
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
})

test('what was written long ago and set aside now is not removed yet', async (t) => {
  const { store, close } = await start()
  t.after(close)
  const { sha256 } = await keepOf(store, png)
  await utimes(store.pathOf(sha256), new Date(0), new Date(0))
  await store.retire(sha256)
  assert.deepEqual(await store.review(async () => false, 60_000), { restored: 0, removed: 0 })
})

test('there is no address for its content past the service', async (t) => {
  const { store, close } = await start()
  t.after(close)
  const file = await store.stage(Readable.from([png]), limit)
  await store.keep(file)
  assert.equal(await store.presign(file.sha256, { filename: 'a', sniffedType: null, seconds: 60 }), null)
})
