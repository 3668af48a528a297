import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { access, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { AttachmentStore } from '../../src/attachments/attachment-store.ts'
import { SourceFailedError, TooManyBytesError } from '../../src/attachments/attachments.errors.ts'

export const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex')
export const sha256Of = (content: Buffer) => createHash('sha256').update(content).digest('hex')
export const limit = { maxBytes: 1_000_000 }

/** A store of its own for a test. */
export type StoreUnderTest = {
  store: AttachmentStore
  /** Its folder on this machine. */
  directory: string
  /** Another process's store over the same content. */
  replica(): Promise<AttachmentStore>
  /** The hashes of what is kept, once each copy, wherever. */
  listKept(): Promise<string[]>
  close(): Promise<void>
}

export async function read(store: AttachmentStore, sha256: string, range?: { start: number; end: number }) {
  const stream = await store.open(sha256, range)
  assert.ok(stream)
  return buffer(stream)
}

export async function keepOf(store: AttachmentStore, content: Buffer) {
  const file = await store.stage(Readable.from([content]), limit)
  await store.keep(file)
  return file
}

/** What every attachment store guarantees, whatever is behind it. */
export function testGuarantees(
  name: string,
  start: () => Promise<StoreUnderTest>,
  skip: string | false = false,
): void {
  describe(name, { skip }, () => {
    let under: StoreUnderTest
    let store: AttachmentStore
    const staged = () => readdir(join(under.directory, 'staging'))

    beforeEach(async () => {
      under = await start()
      store = under.store
    })
    afterEach(() => under.close())

    it('gives back the bytes that came in, with their hash, size and type', async () => {
      const content = Buffer.concat([png, Buffer.alloc(300_000, 'content')])
      const file = await store.stage(Readable.from([content.subarray(0, 10), content.subarray(10)]), limit)
      assert.deepEqual(
        { sha256: file.sha256, size: file.size, type: file.sniffedType },
        { sha256: sha256Of(content), size: content.length, type: 'image/png' },
      )
      await store.keep(file)
      assert.deepEqual(await read(store, file.sha256), content)
      assert.deepEqual(await read(store, file.sha256, { start: 5, end: 9 }), content.subarray(5, 10))
      assert.deepEqual(await staged(), [])
    })

    it('knows no type for text and for nothing', async () => {
      assert.equal((await store.stage(Readable.from([Buffer.from('hello')]), limit)).sniffedType, null)
      const empty = await store.stage(Readable.from([]), limit)
      assert.deepEqual([empty.size, empty.sniffedType, empty.sha256], [0, null, sha256Of(Buffer.alloc(0))])
      await store.keep(empty)
      assert.equal((await read(store, empty.sha256)).length, 0)
    })

    it('lets nobody else read staged files', async () => {
      const file = await store.stage(Readable.from([png]), limit)
      assert.equal((await stat(file.path)).mode & 0o777, 0o600)
      assert.equal((await stat(join(under.directory, 'staging'))).mode & 0o777, 0o700)
    })

    it('accepts exactly the limit, refuses one byte more and leaves nothing of it', async () => {
      const at = await store.stage(Readable.from([Buffer.alloc(60), Buffer.alloc(40)]), { maxBytes: 100 })
      assert.equal(at.size, 100)
      await store.discard(at)
      const source = Readable.from([Buffer.alloc(60), Buffer.alloc(41)])
      await assert.rejects(store.stage(source, { maxBytes: 100 }), TooManyBytesError)
      assert.ok(source.destroyed)
      assert.deepEqual(await staged(), [])
    })

    it('leaves nothing of a source that fails, at once or in the middle', async () => {
      const inTheMiddle = Readable.from(
        (async function* () {
          yield png
          throw new Error('gone')
        })(),
      )
      await assert.rejects(store.stage(inTheMiddle, limit), SourceFailedError)
      const atOnce = new PassThrough()
      atOnce.destroy(new Error('gone'))
      await assert.rejects(store.stage(atOnce, limit), SourceFailedError)
      assert.deepEqual(await staged(), [])
    })

    it('leaves nothing of what was aborted', async () => {
      const source = new PassThrough()
      const controller = new AbortController()
      const staging = store.stage(source, { ...limit, signal: controller.signal })
      source.write(png)
      source.once('drain', () => controller.abort())
      source.write(Buffer.alloc(100_000))
      await assert.rejects(staging, SourceFailedError)
      assert.ok(source.destroyed)
      await assert.rejects(
        store.stage(new PassThrough(), { ...limit, signal: AbortSignal.abort() }),
        SourceFailedError,
      )
      assert.deepEqual(await staged(), [])
    })

    it('says when it is the store that failed, and lets go of the source', async () => {
      await writeFile(join(under.directory, 'staging'), 'a file where the folder should be')
      const source = Readable.from([png])
      await assert.rejects(store.stage(source, limit), { code: 'EEXIST' })
      assert.ok(source.destroyed)
    })

    it('keeps the same content once, also when many keep it at once through two replicas', async () => {
      const replica = await under.replica()
      const files = await Promise.all(
        Array.from({ length: 20 }, () => store.stage(Readable.from([png]), limit)),
      )
      await Promise.all(files.map((file, index) => (index % 2 === 0 ? store : replica).keep(file)))
      assert.deepEqual(await under.listKept(), [sha256Of(png)])
      assert.deepEqual(await staged(), [])
      assert.deepEqual(await read(store, sha256Of(png)), png)
    })

    it('may be told twice to keep, and to discard what it keeps', async () => {
      const file = await store.stage(Readable.from([png]), limit)
      await Promise.all([store.keep(file), store.keep(file)])
      await store.keep(file)
      await store.discard(file)
      assert.deepEqual(await read(store, file.sha256), png)
    })

    it('does not pretend to keep what it no longer has', async () => {
      const file = await store.stage(Readable.from([png]), limit)
      await store.discard(file)
      await store.discard(file)
      await assert.rejects(store.keep(file), { code: 'ENOENT' })
      assert.equal(await store.open(file.sha256), null)
    })

    it('goes on reading what is kept anew meanwhile', async () => {
      const content = randomBytes(500_000)
      const again = () => store.stage(Readable.from([content]), limit)
      await store.keep(await again())
      const stream = await store.open(sha256Of(content))
      await store.keep(await again())
      assert.ok(stream)
      assert.deepEqual(await buffer(stream), content)
    })

    it('opens nothing but hashes', async () => {
      await writeFile(join(under.directory, 'secret'), 'secret')
      for (const name of ['../secret', '', 'staging', 'AB'.repeat(32), 'ab'.repeat(32)]) {
        assert.equal(await store.open(name), null)
      }
    })

    it('locates content on this machine, staged or kept, and with its hash alone', async () => {
      const file = await store.stage(Readable.from([png]), limit)
      assert.equal(await store.locate(file), file.path)
      await store.keep(file)
      for (const asked of [file, { sha256: file.sha256 }])
        assert.deepEqual(await readFile(await store.locate(asked)), png)
      await assert.rejects(readFile(await store.locate({ sha256: 'ab'.repeat(32) })), { code: 'ENOENT' })
    })

    it('sweeps what was abandoned, and neither what is being written nor what is kept', async () => {
      assert.equal(await store.sweep(0, new Set()), 0)
      const abandoned = await store.stage(Readable.from([png]), limit)
      await utimes(abandoned.path, new Date(0), new Date(0))
      const kept = await keepOf(store, Buffer.from('kept'))
      const fresh = await store.stage(Readable.from([Buffer.from('fresh')]), limit)

      assert.equal(await store.sweep(60_000, new Set()), 1)
      await assert.rejects(access(abandoned.path))
      assert.deepEqual(await readFile(fresh.path, 'utf8'), 'fresh')
      assert.deepEqual(await read(store, kept.sha256), Buffer.from('kept'))
    })

    it('what is set aside is found as before, and is removed when its time is over', async () => {
      const { sha256 } = await keepOf(store, png)
      await store.retire(sha256)
      await store.retire(sha256)
      assert.deepEqual(await read(store, sha256), png)
      assert.deepEqual(await read(store, sha256, { start: 1, end: 3 }), png.subarray(1, 4))
      assert.deepEqual(await readFile(await store.locate({ sha256 })), png)

      const nobody = async () => false
      assert.deepEqual(await store.review(nobody, 60_000), { restored: 0, removed: 0 })
      assert.deepEqual(await read(store, sha256), png)
      // The server's clock counts whole seconds.
      assert.deepEqual(await store.review(nobody, -2000), { restored: 0, removed: 1 })
      assert.equal(await store.open(sha256), null)
      await store.retire(sha256)
    })

    it('what is set aside and wanted after all is kept as before', async () => {
      const { sha256 } = await keepOf(store, png)
      await store.retire(sha256)
      assert.deepEqual(await under.listKept(), [])
      const asked: string[] = []
      const everybody = async (one: string) => asked.push(one) > 0
      assert.deepEqual(await store.review(everybody, -2000), { restored: 1, removed: 0 })
      assert.deepEqual(asked, [sha256])
      assert.deepEqual(await under.listKept(), [sha256])
      assert.deepEqual(await store.review(async () => false, -2000), { restored: 0, removed: 0 })
      assert.deepEqual(await read(store, sha256), png)
    })

    it('what is kept anew while it is set aside outlives its removal', async () => {
      const { sha256 } = await keepOf(store, png)
      await store.retire(sha256)
      await keepOf(store, png)
      assert.deepEqual(await store.review(async () => false, -2000), { restored: 0, removed: 1 })
      assert.deepEqual(await read(store, sha256), png)
    })
  })
}
