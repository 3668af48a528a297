import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { createLocalAttachmentStore } from '../../src/infrastructure/local-attachment-store.ts'
import { createS3AttachmentStore } from '../../src/infrastructure/s3-attachment-store.ts'
import { openS3Bucket, type S3Settings } from '../../src/infrastructure/s3-bucket.ts'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { type S3Server, startS3Server, withoutS3 } from '../kit/s3-server.ts'
import { keepOf, png, read, sha256Of, testGuarantees } from './attachment-store-guarantees.ts'

let s3: S3Server

before(async () => {
  if (withoutS3 === false) s3 = await startS3Server()
})
after(async () => s3?.close())

/** Its own part of the bucket, and its own folder. */
async function start(settings: Partial<S3Settings> = {}) {
  const lines: { level: string; fields: Record<string, unknown>; message: string }[] = []
  const note = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message })
  const logger = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') }
  const prefix = `${randomUUID()}/`
  const folders: string[] = []
  const closing: { close(): Promise<void> }[] = []
  const make = async (directory: string) => {
    const bucket = await openS3Bucket({ ...s3.settings, ...settings }, logger)
    const store = createS3AttachmentStore({ directory, bucket, prefix, logger })
    closing.push(store)
    return store
  }
  const makeFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'attachments-'))
    folders.push(folder)
    return folder
  }
  const directory = await makeFolder()
  return {
    store: await make(directory),
    directory,
    prefix,
    lines,
    /** Shares the folder. */
    replica: () => make(directory),
    /** Shares the bucket alone. */
    stranger: async () => make(await makeFolder()),
    async listKept() {
      const { Contents = [] } = await s3.client.send(
        new ListObjectsV2Command({ Bucket: 'werk', Prefix: prefix }),
      )
      const keys = Contents.map(({ Key = '' }) => Key.slice(prefix.length))
      const here = await createLocalAttachmentStore({ directory }).listKept()
      return [...keys.filter((key) => !key.includes('/')), ...here]
    },
    async close() {
      await Promise.all(closing.map((store) => store.close()))
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true })))
    },
  }
}

testGuarantees('the S3 attachment store', start, withoutS3)

describe('the S3 attachment store, its bucket', { skip: withoutS3 }, () => {
  it('has what is kept, under its prefix and hash; this machine has nothing of it', async (t) => {
    const { store, directory, prefix, close } = await start()
    t.after(close)
    const { sha256 } = await keepOf(store, png)
    const head = new HeadObjectCommand({ Bucket: 'werk', Key: `${prefix}${sha256}` })
    assert.equal((await s3.client.send(head)).ContentLength, png.length)
    assert.deepEqual(await filesBelow(directory), [])
  })

  it('gives a file to a machine that never saw it, which locates it in whole', async (t) => {
    const { store, stranger, close } = await start()
    t.after(close)
    const { sha256 } = await keepOf(store, png)
    const other = await stranger()
    assert.deepEqual(await read(other, sha256), png)
    const path = await other.locate({ sha256, path: '/there/is/no/such/file' })
    assert.deepEqual(await readFile(path), png)
    assert.equal(await other.locate({ sha256 }), path)
    assert.equal(await other.sweep(60_000, new Set()), 0)
    assert.equal(await other.sweep(-1000, new Set()), 1)
  })

  it('is asked to store the same content once', async (t) => {
    const { store, lines, close } = await start()
    t.after(close)
    await keepOf(store, png)
    await keepOf(store, png)
    assert.equal(lines.filter(({ fields }) => fields.s3 === 'put').length, 1)
  })

  it('that has less than there should be gets it anew', async (t) => {
    const { store, prefix, close } = await start()
    t.after(close)
    await s3.client.send(
      new PutObjectCommand({ Bucket: 'werk', Key: `${prefix}${sha256Of(png)}`, Body: png.subarray(0, 5) }),
    )
    await keepOf(store, png)
    assert.deepEqual(await read(store, sha256Of(png)), png)
  })

  it('that gives out other content under a hash is not believed', async (t) => {
    const { store, directory, prefix, close } = await start()
    t.after(close)
    const sha256 = sha256Of(png)
    await s3.client.send(
      new PutObjectCommand({ Bucket: 'werk', Key: `${prefix}${sha256}`, Body: Buffer.from('other') }),
    )
    await assert.rejects(store.locate({ sha256 }), /other content/)
    assert.deepEqual(await filesBelow(directory), [])
  })

  it('gets what was kept before there was one, by and by', async (t) => {
    const { store, directory, listKept, close } = await start()
    t.after(close)
    const before = createLocalAttachmentStore({ directory })
    const contents = [png, randomBytes(1000), Buffer.alloc(0)]
    for (const content of contents) await keepOf(before, content)
    assert.deepEqual(await read(store, sha256Of(png)), png)
    await store.flush()
    assert.deepEqual(await filesBelow(directory), [])
    assert.deepEqual(await listKept(), contents.map(sha256Of).sort())
    assert.deepEqual(await read(store, sha256Of(png)), png)
  })

  it('signs an address that gives the file to save, under its name and sniffed type, for its time', async (t) => {
    const { store, close } = await start()
    t.after(close)
    const { sha256 } = await keepOf(store, png)
    const saved = { filename: 'Übersicht "1".png', sniffedType: 'image/png', seconds: 60 }
    const url = await store.presign(sha256, saved)
    assert.ok(url)
    const answer = await fetch(url)
    assert.equal(answer.status, 200)
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), png)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    assert.equal(
      answer.headers.get('content-disposition'),
      `attachment; filename="_bersicht \\"1\\".png"; filename*=UTF-8''%C3%9Cbersicht%20%221%22.png`,
    )
    assert.equal(answer.headers.get('cache-control'), 'private, no-store')
    assert.equal(new URL(url).searchParams.get('X-Amz-Expires'), '60')
    assert.equal((await fetch(url.replace('image%2Fpng', 'text%2Fhtml'))).status, 403)
    assert.equal(await store.presign('ab'.repeat(32), saved), null)

    t.mock.timers.enable({ apis: ['Date'], now: Date.now() - 61_000 })
    const old = await store.presign(sha256, saved)
    t.mock.timers.reset()
    assert.ok(old)
    assert.equal((await fetch(old)).status, 403)
  })
})

describe('the S3 attachment store, while its bucket is away', { skip: withoutS3 }, () => {
  it('keeps files all the same, reads them, and brings them up when it is back', async (t) => {
    const proxy = await startTcpProxy({ host: '127.0.0.1', port: s3.port })
    t.after(() => proxy.close())
    const { store, directory, listKept, lines, close } = await start({
      endpoint: `http://127.0.0.1:${proxy.port}`,
    })
    t.after(close)
    const earlier = await keepOf(store, Buffer.from('earlier'))
    proxy.cut()

    const { sha256 } = await keepOf(store, png)
    assert.deepEqual(await read(store, sha256), png)
    assert.deepEqual(await readFile(await store.locate({ sha256 })), png)
    await assert.rejects(store.open(earlier.sha256), { code: 'attachment.unavailable' })
    const saved = { filename: 'a', sniffedType: null, seconds: 60 }
    assert.equal(await store.presign(earlier.sha256, saved), null)
    const told = lines.find(({ message }) => message === 'S3 failed')
    assert.equal(told?.level, 'warn')
    assert.doesNotMatch(JSON.stringify(lines), new RegExp(s3.settings.secretAccessKey))

    proxy.mend()
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 60_000 })
    await store.flush()
    t.mock.timers.reset()
    assert.deepEqual(await listKept(), [sha256Of(Buffer.from('earlier')), sha256].sort())
    assert.deepEqual(await read(store, sha256), png)
    assert.equal((await filesBelow(directory)).length, 1, 'what was located')
  })

  it('or does not answer: whoever keeps a file waits two seconds for it, and the file is there', async (t) => {
    const proxy = await startTcpProxy({ host: '127.0.0.1', port: s3.port }, () => ({
      what: 'request',
      onHeld: () => {},
    }))
    t.after(() => proxy.close())
    const { store, directory, close } = await start({ endpoint: `http://127.0.0.1:${proxy.port}` })
    t.after(close)
    const began = performance.now()
    const { sha256 } = await keepOf(store, png)
    const waited = performance.now() - began
    assert.ok(waited > 1900 && waited < 5000, `${waited} ms`)
    assert.deepEqual(await read(store, sha256), png)
    assert.equal((await filesBelow(directory)).length, 1)
  })

  it('a file that changed on this machine stays there and does not hold up the others', async (t) => {
    const { store, directory, listKept, close } = await start()
    t.after(close)
    const local = createLocalAttachmentStore({ directory })
    const [rotten, sound] = [await keepOf(local, png), await keepOf(local, randomBytes(100))]
    await writeFile(local.pathOf(rotten.sha256), Buffer.alloc(png.length))
    await store.flush()
    assert.deepEqual(await local.listKept(), [rotten.sha256])
    assert.deepEqual(await listKept(), [sound.sha256, rotten.sha256])
  })
})

describe('the S3 attachment store, large files', { skip: withoutS3 }, () => {
  const size = 200_000_000

  /** The same bytes for the same seed, never all of them at once. */
  function* bytes() {
    const block = randomBytes(100_000)
    for (let sent = 0; sent < size; sent += block.length) {
      block.writeUInt32LE(sent, 0)
      yield Buffer.from(block)
    }
  }

  it('200 MB go up in parts and come back, with at most 64 MB more memory', async (t) => {
    const { store, listKept, close } = await start()
    t.after(close)
    const file = await store.stage(Readable.from(bytes()), { maxBytes: size })
    globalThis.gc?.()
    const start0 = process.memoryUsage()
    let most = 0
    const timer = setInterval(() => {
      const { rss } = process.memoryUsage()
      most = Math.max(most, rss - start0.rss)
    }, 5)
    await store.keep(file)
    await eventually(async () => assert.deepEqual(await listKept(), [file.sha256]), 60_000)
    const hash = createHash('sha256')
    const stream = await store.open(file.sha256)
    assert.ok(stream)
    for await (const chunk of stream) hash.update(chunk)
    clearInterval(timer)
    assert.equal(hash.digest('hex'), file.sha256)
    t.diagnostic(`${Math.round(most / 1_000_000)} MB more at most`)
    assert.ok(most <= 64_000_000, `${most} bytes more`)
  })
})
