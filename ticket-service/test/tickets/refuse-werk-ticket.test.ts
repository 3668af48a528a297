import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, beforeEach, describe, it } from 'node:test'
import { bearer, signToken } from '@werk/shared/test-kit/sign-token'
import { filesBelow } from '../kit/folder.ts'
import { file, form, type Part } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const ticket = { title: 'a title', description: 'a description' }
const caller = bearer({ sub: 'mara@example.com', invgate_id: 77 })
const required = 'title and description are required'
const limits = { file: 1000, request: 1500, files: 3, body: 10_000 }
const emoji = '👩‍🚒'

describe('a ticket that is refused', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({
      UPLOAD_MAX_FILE_BYTES: String(limits.file),
      UPLOAD_MAX_REQUEST_BYTES: String(limits.request),
      UPLOAD_MAX_FILES: String(limits.files),
      TICKET_BODY_LIMIT_BYTES: String(limits.body),
    })
  })
  beforeEach(() => s.sandbox.control.reset().then(() => sql(s.database, 'DELETE FROM tickets')))
  after(() => s.close())

  const send = (headers: object, payload: string | Buffer | object) =>
    s.app.inject({ method: 'POST', url: '/api/tickets', headers: { ...caller, ...headers }, payload })
  const post = (payload: object) => send({}, payload)
  const postForm = (...parts: Part[]) => {
    const { headers, payload } = form(...parts)
    return send(headers, payload)
  }
  const removeAll = async () => {
    for (const path of await filesBelow(s.folder)) await rm(path)
  }
  type Answer = Awaited<ReturnType<typeof send>>

  /** Refused like that, and nothing came of it anywhere. */
  const assertRefused = async (answer: Answer, status: number, error: string | RegExp) => {
    const body = answer.json()
    assert.equal(answer.statusCode, status, answer.body)
    if (typeof error === 'string') assert.equal(body.error, error)
    else assert.match(body.error, error)
    assert.equal(body.message, body.error)
    assert.equal(body.success, false)
    assert.equal(body.meta.request_id, answer.headers['x-request-id'])
    assert.deepEqual(await s.sandbox.control.incidents(), [], 'nothing in InvGate')
    assert.deepEqual(await sql(s.database, 'SELECT id FROM tickets'), [], 'no row')
    assert.deepEqual(await filesBelow(s.folder), [], 'no file')
    return body
  }

  describe('400 `invalid JSON body`', () => {
    const json = { 'content-type': 'application/json' }
    const bodies = {
      'cut off': '{"title": "a"',
      'no JSON at all': 'title=a',
      empty: '',
      'two values': '{}{}',
      'not UTF-8': Buffer.from('{"title": "\xff", "description": "b"}', 'latin1'),
      'a lone surrogate': '{"title": "\\ud800", "description": "b"}',
    }
    for (const [what, body] of Object.entries(bodies)) {
      it(`for a body that is ${what}`, async () => {
        await assertRefused(await send(json, body), 400, 'invalid JSON body')
      })
    }
    for (const what of ['cut off', 'no JSON at all', 'empty'] as const) {
      it(`for a part \`request\` that is ${what}, and its file is removed`, async () => {
        const answer = await postForm(file('a.txt', 'content'), { name: 'request', content: bodies[what] })
        await assertRefused(answer, 400, 'invalid JSON body')
      })
    }
  })

  describe(`400 \`${required}\``, () => {
    for (const field of ['title', 'description'] as const) {
      for (const [what, value] of [
        ['missing', undefined],
        ['null', null],
        ['empty', ''],
        ['blank', ' \t\r\n\u00a0'],
      ] as const) {
        it(`for a ${field} that is ${what}, in JSON and in a part \`request\``, async () => {
          const body = { ...ticket, [field]: value }
          const failure = await assertRefused(await post(body), 400, required)
          assert.ok(failure.errors[field])
          const part = { name: 'request', content: JSON.stringify(body) }
          await assertRefused(await postForm(part, file('a.txt', 'content')), 400, required)
        })
      }
      it(`for a ${field} that is missing, empty or blank in parts of a form`, async () => {
        const parts = Object.entries(ticket).map(([name, content]) => ({ name, content }))
        const others = parts.filter(({ name }) => name !== field)
        await assertRefused(await postForm(...others, file('a.txt', 'x')), 400, required)
        await assertRefused(await postForm(...others, { name: field, content: '' }), 400, required)
        await assertRefused(await postForm(...others, { name: field, content: ' ' }), 400, required)
      })
    }
    it('for an object without fields', async () => {
      await assertRefused(await post({}), 400, required)
    })
  })

  describe('400 with what is wrong per field', () => {
    const wrong: [string, object, string][] = [
      ['a title that is a number', { title: 5 }, 'title'],
      ['a description that is a list', { description: ['b'] }, 'description'],
      ['a title of 256 letters', { title: 'x'.repeat(256) }, 'title'],
      ['a title of 256 emoji', { title: '🔥'.repeat(256) }, 'title'],
      ['a priority_id that is text', { priority_id: '2' }, 'priority_id'],
      ['a source_id that is negative', { source_id: -1 }, 'source_id'],
      ['a type_id that is no integer', { type_id: 1.5 }, 'type_id'],
      ['a category_id past 2^53', { category_id: 2 ** 60 }, 'category_id'],
      ['a customer_id that is null', { customer_id: null }, 'customer_id'],
      ['attachments that are no list', { attachments: {} }, 'attachments'],
      [
        'an attachment without a filename',
        { attachments: [{ content_base64: '' }] },
        'attachments.0.filename',
      ],
      ['an attachment without content', { attachments: [{ filename: 'a' }] }, 'attachments.0.content_base64'],
      [
        'an attachment that is no base64',
        {
          attachments: [
            { filename: 'a', content_base64: 'YQ==' },
            { filename: 'b', content_base64: '*' },
          ],
        },
        'attachments.1.content_base64',
      ],
    ]
    for (const [what, change, field] of wrong) {
      it(`for ${what}`, async () => {
        const body = await assertRefused(await post({ ...ticket, ...change }), 400, /./)
        assert.deepEqual(Object.keys(body.errors), [field])
        assert.ok(body.errors[field].length > 0)
      })
    }

    it('for a part of a form that is not the integer it has to be', async () => {
      const parts = Object.entries({ ...ticket, priority_id: 'high' })
      const answer = await postForm(...parts.map(([name, content]) => ({ name, content })), file('a', 'b'))
      const body = await assertRefused(answer, 400, 'priority_id must be an integer')
      assert.deepEqual(body.errors, { priority_id: ['must be an integer'] })
    })

    it('for a file outside of attachments', async () => {
      const answer = await postForm(
        { name: 'title', content: 'a' },
        { name: 'description', content: 'b' },
        file('kept.txt', 'content'),
        { ...file('evil.txt', 'content'), name: 'title' },
      )
      const body = await assertRefused(answer, 400, /title/)
      assert.ok(body.errors.title)
    })

    for (const [what, headers, payload] of [
      ['a form that breaks off', { 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\ncontent-dis'],
      ['a form without a boundary', { 'content-type': 'multipart/form-data' }, '--x--'],
    ] as const) {
      it(`for ${what}`, async () => {
        await assertRefused(await send(headers, payload), 400, /multipart|boundary/i)
      })
    }
  })

  it('a title of 255 characters is accepted with 201, counted as people count: 255 emoji are 255', async () => {
    for (const character of ['x', 'ö', '🔥']) {
      await sql(s.database, 'DELETE FROM tickets')
      const title = character.repeat(255)
      const answer = await post({ ...ticket, title })
      assert.equal(answer.statusCode, 201, answer.body)
      const [row] = await sql(s.database, 'SELECT title FROM tickets')
      assert.equal(row?.title, title)
    }
    const joined = emoji.repeat(85)
    assert.equal([...joined].length, 255)
    assert.equal((await post({ ...ticket, title: joined })).statusCode, 201)
  })

  it('a description of 65,535 characters is accepted with 201 in a form, past the limit of JSON bodies; one more → 400', async () => {
    const send = (length: number) =>
      postForm({ name: 'title', content: 'a' }, { name: 'description', content: '🔥'.repeat(length) })
    const body = await assertRefused(await send(65_536), 400, /description/)
    assert.deepEqual(body.errors, { description: ['must be at most 65535 characters long'] })
    assert.equal((await send(65_535)).statusCode, 201)
    const [row] = await sql(s.database, 'SELECT CHAR_LENGTH(description) AS length FROM tickets')
    assert.equal(row?.length, 65_535)
  })

  describe('401', () => {
    const refuse = (authorization: string | undefined) =>
      s.app.inject({
        method: 'POST',
        url: '/api/tickets',
        headers: authorization === undefined ? {} : { authorization },
        payload: ticket,
      })
    for (const header of [undefined, '', 'Bearer', 'Basic c2FuZGJveDpzYW5kYm94', 'Bearer a b'])
      it(`\`missing authorization header\` for ${JSON.stringify(header) ?? 'none'}`, async () => {
        await assertRefused(await refuse(header), 401, 'missing authorization header')
      })

    const exp = Math.floor(Date.now() / 1000) + 3600
    const sub = 'mara@example.com'
    const tokens = {
      'an expired token': signToken({ sub, exp: exp - 7200 }),
      'another secret': signToken({ sub, exp }, { secret: 'another secret, of 32 bytes or more' }),
      'the algorithm none': signToken({ sub, exp }, { header: { alg: 'none' } }),
      'no expiry': signToken({ sub }),
      'no subject': signToken({ exp }),
      'an unknown role': signToken({ sub, exp, role: 'root' }),
      junk: 'junk',
    }
    for (const [what, token] of Object.entries(tokens))
      it(`\`invalid token\` for ${what}`, async () => {
        await assertRefused(await refuse(`Bearer ${token}`), 401, 'invalid token')
      })
  })

  describe('413 that says which limit, and nothing is left', () => {
    const fields = Object.entries(ticket).map(([name, content]) => ({ name, content }))
    const encoded = (filename: string, size: number) => ({
      filename,
      content_base64: Buffer.alloc(size).toString('base64'),
    })
    const inForm = (sizes: number[]) =>
      postForm(...fields, ...sizes.map((size, index) => file(`${index}.bin`, Buffer.alloc(size))))
    const inJson = (sizes: number[]) =>
      post({ ...ticket, attachments: sizes.map((size, index) => encoded(`${index}.bin`, size)) })

    for (const [how, upload] of [
      ['multipart', inForm],
      ['base64', inJson],
    ] as const) {
      const accepted: [string, number[]][] = [
        ['a file of exactly the limit', [limits.file]],
        ['files of exactly the limit together', [limits.file, limits.request - limits.file]],
        ['as many files as the limit', Array(limits.files).fill(1)],
      ]
      for (const [what, sizes] of accepted)
        it(`${what} is accepted with 201 (${how})`, async () => {
          const answer = await upload(sizes)
          assert.equal(answer.statusCode, 201, answer.body)
          const [incident] = await s.sandbox.control.incidents()
          assert.deepEqual(
            incident?.attachments.map(({ size }) => size),
            sizes,
          )
          await s.sandbox.control.reset()
          await removeAll()
        })
      const refused: [string, number[], string][] = [
        [
          'a file of one byte more',
          [limits.file + 1],
          `0.bin is larger than ${limits.file} bytes, the limit per file`,
        ],
        [
          'files of one byte more together',
          [limits.file, limits.request - limits.file + 1],
          `with 1.bin the files are together larger than ${limits.request} bytes, the limit per request`,
        ],
        [
          'one file more',
          Array(limits.files + 1).fill(1),
          `3.bin is one file too many, the limit is ${limits.files} files per request`,
        ],
      ]
      for (const [what, sizes, sentence] of refused)
        it(`for ${what} (${how})`, async () => {
          await assertRefused(await upload(sizes), 413, sentence)
        })
    }

    const bodyOf = (bytes: number) => {
      const start = '{"title":"a","description":"b","ignored":"'
      return `${start}${'x'.repeat(bytes - start.length - 2)}"}`
    }
    const json = { 'content-type': 'application/json' }
    it('a JSON body of exactly the limit is accepted with 201, one of one byte more is not', async () => {
      const sentence = `the body is larger than ${limits.body} bytes, the limit here`
      await assertRefused(await send(json, bodyOf(limits.body + 1)), 413, sentence)
      assert.equal((await send(json, bodyOf(limits.body))).statusCode, 201)
    })
    it('for too many fields', async () => {
      const many = Array.from({ length: 30 }, (_, index) => ({ name: `f${index}`, content: 'x' }))
      await assertRefused(await postForm(...fields, ...many), 413, /one field too many/)
    })
    it('for 1,001 parts', async () => {
      const many = Array.from({ length: 1001 }, (_, index) => file(`${index}`, ''))
      await assertRefused(await postForm(...fields, ...many), 413, /one file too many/)
    })
  })

  describe('415 for a content type that is neither JSON nor a form', () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'multipart/mixed; boundary=x',
      'application/jsonp',
    ]) {
      it(type, async () => {
        const answer = await send({ 'content-type': type }, 'title=a&description=b')
        await assertRefused(answer, 415, 'this content type is not accepted here')
      })
    }
    it('a body without a content type', async () => {
      const answer = await s.app.inject({
        method: 'POST',
        url: '/api/tickets',
        headers: caller,
        payload: Buffer.from(JSON.stringify(ticket)),
      })
      assert.ok([400, 415].includes(answer.statusCode), answer.body)
    })
    it('but application/json with a charset is JSON, 201', async () => {
      const answer = await send({ 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(ticket))
      assert.equal(answer.statusCode, 201)
    })
  })
})
