import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, afterEach, before, describe, it } from 'node:test'
import multipart from '@fastify/multipart'
import Fastify from 'fastify'
import { type MultipartForm, multipartLimits, readMultipart } from '../../src/attachments/read-multipart.ts'
import { createLocalAttachmentStore } from '../../src/infrastructure/local-attachment-store.ts'

const limits = {
  maxFileBytes: 100_000,
  maxRequestBytes: 150_000,
  maxFiles: 3,
  maxFields: 4,
  maxFieldBytes: 1000,
}
const boundary = 'b0undary'

type Summary = {
  fields: Record<string, string>
  files: Record<string, unknown>[]
}
type Failure = { code: string; message: string }

/** A part as bytes, so that it can be as wrong as it has to be. */
function part(disposition: string, content: string | Buffer, type?: string): Buffer {
  const contentType = type === undefined ? '' : `content-type: ${type}\r\n`
  const head = `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n${contentType}\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')])
}
const end = Buffer.from(`--${boundary}--\r\n`)
const file = (filename: string, content: string | Buffer, name = 'attachments[]') =>
  part(`name="${name}"; filename="${filename}"`, content, 'text/plain')
const field = (name: string, value: string | Buffer) => part(`name="${name}"`, value)
const body = (...parts: Buffer[]) => Buffer.concat([...parts, end])

describe('a multipart request', () => {
  let directory: string
  let url: string
  let port: number
  /** Settles with what became of the next request, also when its client is gone. */
  let next = Promise.withResolvers<unknown>()
  const app = Fastify()
  const staged = () => readdir(join(directory, 'staging')).catch(() => [])

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'attachments-'))
    const store = createLocalAttachmentStore({ directory })
    await app.register(multipart, multipartLimits(limits))
    const summarize = async ({ fields, files }: MultipartForm) => ({
      fields,
      files: await Promise.all(
        files.map(async ({ path, filename, declaredType, size }) => {
          const content = await readFile(path, 'latin1')
          await rm(path)
          return { filename, declaredType, size, content: size > 100 ? '…' : content }
        }),
      ),
    })
    app.post('/', (request) => {
      const form = readMultipart({ parts: request.parts(), source: request.raw, store, limits }).then(
        summarize,
      )
      next.resolve(form.catch((error: unknown) => error))
      return form
    })
    url = await app.listen({ port: 0, host: '127.0.0.1' })
    port = (app.server.address() as AddressInfo).port
  })
  after(async () => {
    await app.close()
    await rm(directory, { recursive: true })
  })
  afterEach(async () => assert.deepEqual(await staged(), [], 'no staged file is left'))

  const send = (content: Buffer) =>
    fetch(url, {
      method: 'POST',
      body: new Uint8Array(content),
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    })
  const accepted = async (content: Buffer) => {
    const response = await send(content)
    assert.equal(response.status, 200, await response.clone().text())
    return (await response.json()) as Summary
  }
  const refused = async (content: Buffer, status: number, code: string, message: string | RegExp) => {
    const response = await send(content)
    const failure = (await response.json()) as Failure
    assert.deepEqual([response.status, failure.code], [status, code], failure.message)
    if (typeof message === 'string') assert.equal(failure.message, message)
    else assert.match(failure.message, message)
  }
  /** Sends the beginning of a body over a bare socket. */
  const begin = (content: Buffer, declaredBytes: number) => {
    next = Promise.withResolvers()
    const socket = connect(port, '127.0.0.1')
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${declaredBytes}\r\n` +
        `content-type: multipart/form-data; boundary=${boundary}\r\n\r\n`,
    )
    socket.write(content)
    return { socket, outcome: next.promise as Promise<Failure> }
  }
  const untilStaged = async (count: number) => {
    while ((await staged()).length < count);
  }

  it('of a browser is read as it was meant', async () => {
    const form = new FormData()
    form.append('title', 'Zażółć 🙂\nnew line')
    form.append('request', new Blob(['{"a": 1}'], { type: 'application/json' }))
    form.append('attachments[]', new Blob(['one'], { type: 'text/html' }), 'straße/日本.html')
    form.append('attachments', new Blob(['two']), 'b.txt')
    form.append('attachments[]', new Blob([]), '')
    const response = await fetch(url, { method: 'POST', body: form })
    assert.deepEqual(await response.json(), {
      fields: { title: 'Zażółć 🙂\r\nnew line', request: '{"a": 1}' },
      files: [
        { filename: '日本.html', declaredType: 'text/html', size: 3, content: 'one' },
        { filename: 'b.txt', declaredType: 'application/octet-stream', size: 3, content: 'two' },
      ],
    })
  })

  it('keeps JSON parts word for word', async () => {
    const json = '{"n": 12345678901234567890, "n": 1.0}'
    assert.equal(
      (await accepted(body(part('name="request"', json, 'application/json')))).fields.request,
      json,
    )
  })

  it('may have hostile file names, which are cleaned', async () => {
    const { files } = await accepted(
      body(file('../../etc/passwd', 'x'), file('a\u202efdp.exe', 'x'), file('..', 'x')),
    )
    assert.deepEqual(
      files.map(({ filename }) => filename),
      ['passwd', 'afdp.exe', 'attachment'],
    )
  })

  it('may have an unnamed attachment if it declares a type', async () => {
    const { files } = await accepted(body(part('name="attachments"', 'x', 'image/png')))
    assert.deepEqual(files, [{ filename: 'attachment', declaredType: 'image/png', size: 1, content: 'x' }])
  })

  it('without any part, and without files, is read', async () => {
    assert.deepEqual(await accepted(body()), { fields: {}, files: [] })
    assert.deepEqual(await accepted(body(field('attachments[]', ''), field('a', ''))), {
      fields: { a: '' },
      files: [],
    })
  })

  it('is accepted exactly at every limit', async () => {
    const { fields, files } = await accepted(
      body(
        ...['a', 'b', 'c', 'd'].map((name) => field(name, 'x'.repeat(1000))),
        file('1', Buffer.alloc(100_000)),
        file('2', Buffer.alloc(50_000)),
        file('', ''),
        file('3', ''),
      ),
    )
    assert.deepEqual([Object.keys(fields).length, files.length], [4, 3])
  })

  const beyond: Record<string, [content: Buffer, message: string]> = {
    'a file of one byte too many': [
      body(file('small.txt', 'x'), file('big/report.pdf', Buffer.alloc(100_001))),
      'report.pdf is larger than 100000 bytes, the limit per file',
    ],
    'files of one byte too many together': [
      body(file('a', Buffer.alloc(100_000)), file('b', Buffer.alloc(50_001))),
      'with b the files are together larger than 150000 bytes, the limit per request',
    ],
    'a file too many': [
      body(...['a', 'b', 'c', 'd'].map((name) => file(name, name))),
      'd is one file too many, the limit is 3 files per request',
    ],
    'a nameless file too many': [
      body(...['a', 'b', 'c', ''].map((name) => file(name, 'x'))),
      'attachment is one file too many, the limit is 3 files per request',
    ],
    'a field of one byte too many': [
      body(file('a', 'x'), field('title', 'x'.repeat(1001))),
      'title is larger than 1000 bytes, the limit per field',
    ],
    'a JSON part of one byte too many': [
      body(part('name="request"', `"${'x'.repeat(999)}"`, 'application/json')),
      'request is larger than 1000 bytes, the limit per field',
    ],
    'a field too many': [
      body(file('a', 'x'), ...['a', 'b', 'c', 'd', 'e'].map((name) => field(name, name))),
      'e is one field too many, the limit is 4 fields per request',
    ],
    '1,001 parts': [
      body(...Array.from({ length: 1001 }, () => field('attachments', ''))),
      'the request has more than 8 parts, the limit per request',
    ],
  }
  for (const [what, [content, message]] of Object.entries(beyond)) {
    it(`with ${what} is refused with 413`, () => refused(content, 413, 'attachment.too_large', message))
  }

  const wrong: Record<string, [content: Buffer, message: string | RegExp]> = {
    'a file in another part': [
      body(file('kept?.txt', 'x'), file('x/cv.pdf', 'x', 'avatar')),
      'avatar must not be a file: send cv.pdf in a part named attachments[]',
    ],
    'an attachment that is plain text': [
      body(field('attachments[]', 'text')),
      'attachments[] must be a file, with a filename',
    ],
    'a field twice': [
      body(file('a', 'x'), field('title', 'a'), field('title', 'b')),
      'title must be sent only once',
    ],
    'text that is not UTF-8': [
      body(file('a', 'x'), field('title', Buffer.from([0x61, 0xff]))),
      'title must be UTF-8',
    ],
    'a part without a name': [
      body(file('a', 'x'), part('x="y"', 'x')),
      /^every part needs a name of 1 to 100 bytes/,
    ],
    'a part with an endless name': [
      body(file('a', 'x'), field('n'.repeat(101), 'x')),
      /^every part needs a name/,
    ],
    'a field named __proto__': [body(file('a', 'x'), field('__proto__', 'x')), /^every part needs a name/],
    'a file named constructor': [
      body(file('a', 'x'), file('a', 'x', 'constructor')),
      /^every part needs a name/,
    ],
  }
  for (const [what, [content, message]] of Object.entries(wrong)) {
    it(`with ${what} is refused with 400`, () => refused(content, 400, 'attachment.invalid', message))
  }

  const broken: Record<string, Buffer> = {
    'that ends inside a file': Buffer.concat([
      file('a', 'x'),
      file('b', 'y'.repeat(50_000)).subarray(0, 30_000),
    ]),
    'that ends inside a field': Buffer.concat([
      file('a', 'x'),
      field('title', 'y'.repeat(500)).subarray(0, 300),
    ]),
    'that ends inside the headers of a part': Buffer.concat([
      file('a', 'x'),
      field('title', 'y').subarray(0, 40),
    ]),
    'that lacks its last boundary': file('a', 'x'),
    'whose last boundary is an open one': Buffer.concat([file('a', 'x'), Buffer.from(`--${boundary}\r\n`)]),
    'that is no multipart at all': Buffer.from('hello'),
  }
  for (const [what, content] of Object.entries(broken)) {
    it(`${what} is refused with 400`, () =>
      refused(content, 400, 'attachment.malformed', /malformed or ended too early/))
  }

  it('without a boundary is refused with 400', async () => {
    const headers = { 'content-type': 'multipart/form-data' }
    const response = await fetch(url, { method: 'POST', headers, body: 'x' })
    assert.deepEqual(
      [response.status, ((await response.json()) as Failure).code],
      [400, 'attachment.malformed'],
    )
  })

  it('whose client goes away in a file is forgotten', async () => {
    const { socket, outcome } = begin(
      Buffer.concat([file('a', 'x'), file('b', 'y'.repeat(70_000)).subarray(0, 60_000)]),
      90_000,
    )
    await untilStaged(2)
    socket.destroy()
    assert.equal((await outcome).code, 'attachment.malformed')
  })

  it('whose client goes away between parts is forgotten', async () => {
    const { socket, outcome } = begin(
      Buffer.concat([file('a', 'x'), Buffer.from(`--${boundary}\r\ncontent-dispo`)]),
      90_000,
    )
    await untilStaged(1)
    socket.destroy()
    assert.equal((await outcome).code, 'attachment.malformed')
  })

  it('that is refused early answers a client that reads only after it has written all, and keeps the connection', async () => {
    const content = body(file('d', 'x', 'avatar'), file('rest', Buffer.alloc(120_000)))
    const { socket, outcome } = begin(content.subarray(0, 1000), content.length)
    assert.equal((await outcome).code, 'attachment.invalid')
    for (let sent = 1000; sent < content.length; sent += 10_000) {
      await new Promise((written) => socket.write(content.subarray(sent, sent + 10_000), written))
    }
    socket.end('GET /second HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    assert.match(await text(socket), /^HTTP\/1\.1 400 [\s\S]*avatar must not be a file[\s\S]*HTTP\/1\.1 404 /)
  })

  it('that is refused and goes on without end is cut off', async () => {
    const { socket } = begin(file('d', 'x', 'avatar'), 10_000_000_000)
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')))
    const chunk = Buffer.alloc(65_536)
    const push = () => {
      if (!socket.destroyed) socket.write(chunk, () => setImmediate(push))
    }
    push()
    assert.equal(await closed, 'closed')
  })
})
