import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { file, form } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const content = `%PDF-1.7\n${'0123456789'.repeat(30_000)}`
const size = Buffer.byteLength(content)
const etag = `"${createHash('sha256').update(content).digest('hex')}"`
const page = '<!doctype html><script>alert(document.cookie)</script>'
const picture = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
const lotte = { sub: 'lotte@example.com', invgate_id: 5 }

const withoutMeta = (body: Record<string, unknown>) => ({ ...body, meta: null })

type Claims = { sub: string } & Record<string, unknown>

describe('downloading an attachment', () => {
  let s: TicketService
  /** The ticket's number in InvGate, its UUID, and the attachments' UUIDs. */
  let number: number
  let uuid: string
  let attachments: { id: string; url: string; filename: string }[]

  before(async () => {
    s = await startTicketService()
    await upload(
      file('report.pdf', content),
      file('page.html', page, 'text/html'),
      file('p.svg', picture, 'image/svg+xml'),
      file('empty', ''),
    )
  })
  after(() => s.close())

  async function upload(...files: ReturnType<typeof file>[]) {
    const { headers, payload } = form(
      { name: 'title', content: 'a' },
      { name: 'description', content: 'b' },
      ...files,
    )
    const answer = await s.app.inject({
      method: 'POST',
      url: '/api/tickets',
      headers: { ...bearer(lotte), ...headers },
      payload,
    })
    assert.equal(answer.statusCode, 201, answer.body)
    number = answer.json().id
    const [row] = await sql(s.database, `SELECT id FROM tickets WHERE inv_gate_id = ${number}`)
    uuid = String(row?.id)
    const detail = await s.app.inject({ url: `/api/tickets/${number}`, headers: bearer(lotte) })
    attachments = detail.json().attachments
  }
  const attachment = (index = 0) => {
    const found = attachments[index]
    assert.ok(found)
    return found
  }
  const get = (
    url = attachment().url,
    headers: Record<string, string> = {},
    claims: Claims = lotte,
    method: 'GET' | 'HEAD' = 'GET',
  ) => s.app.inject({ method, url, headers: { ...bearer(claims), ...headers } })

  for (const prefix of ['/tickets', '/api/tickets', '/api/v1/tickets'])
    it(`GET ${prefix}/:id/attachments/:id → 200 by the ticket's UUID and by InvGate's number`, async () => {
      for (const ticket of [uuid, number]) {
        const answer = await get(`${prefix}/${ticket}/attachments/${attachment().id}`)
        assert.equal(answer.statusCode, 200, answer.body)
        assert.equal(answer.body, content)
        assert.equal(answer.headers['content-length'], String(size))
      }
    })

  it('is for those who may see the ticket; for all others 404, the same as for what does not exist', async () => {
    const url = attachment().url
    for (const claims of [
      { sub: 'LOTTE@example.com' },
      { sub: 'a', role: 'agent' },
      { sub: 'a', role: 'vendor' },
      { sub: 'a', role: 'admin' },
    ])
      assert.equal((await get(url, {}, claims)).statusCode, 200)

    const unknown = await get(`/tickets/${uuid}/attachments/0190a1b2-0000-7000-8000-000000000000`)
    const answers = [
      unknown,
      await get(url, {}, { sub: 'max@example.com' }),
      await get(url, {}, { sub: 'max@example.com', role: 'committee' }),
      await get(url, {}, { sub: 'max@example.com', role: 'vendor', tenant_id: 2 }),
      await get(url, {}, { ...lotte, tenant_id: 2 }),
      await get(url, {}, { sub: 'a', role: 'admin', tenant_id: 2 }),
      await get(url, { range: 'bytes=0-4' }, { sub: 'max@example.com' }),
      await get(url, { 'if-none-match': etag }, { sub: 'max@example.com' }),
      await get(url.replace(uuid, '0190a1b2-0000-7000-8000-000000000000')),
      await get(url.replace(uuid, String(number + 1))),
      await get(`/tickets/${number}/attachments/${uuid}`),
    ]
    for (const answer of answers) {
      assert.equal(answer.statusCode, 404)
      assert.deepEqual(withoutMeta(answer.json()), withoutMeta(unknown.json()))
      assert.equal(answer.headers.etag, undefined)
    }
    assert.equal((await s.app.inject({ url })).statusCode, 401)
  })

  it('an attachment is found only at its own ticket', async () => {
    const { id } = attachment()
    const [before, beforeNumber] = [attachments, number]
    await upload(file('other.txt', 'x'))
    assert.equal((await get(`/tickets/${uuid}/attachments/${id}`)).statusCode, 404)
    assert.equal((await get(`/tickets/${beforeNumber}/attachments/${id}`)).statusCode, 200)
    attachments = before
    number = beforeNumber
    const [row] = await sql(s.database, `SELECT id FROM tickets WHERE inv_gate_id = ${number}`)
    uuid = String(row?.id)
  })

  for (const strange of [
    '🔥',
    'ü',
    '%00',
    '..%2f..%2fetc',
    "1'OR'1",
    '99999999999999999999999999',
    '1e5',
    '-1',
    ' ',
    '%25',
    '⁹',
  ])
    it(`a ticket or attachment called ${JSON.stringify(strange)} → 4xx`, async () => {
      const name = strange.includes('%') ? strange : encodeURIComponent(strange)
      for (const url of [
        `/tickets/${name}/attachments/${attachment().id}`,
        `/tickets/${uuid}/attachments/${name}`,
      ]) {
        const { statusCode, body } = await get(url)
        assert.ok([400, 404].includes(statusCode), `${statusCode} ${body}`)
      }
    })

  it('is a file to save that nothing in a browser runs, HTML and SVG included', async () => {
    for (const [index, type, body] of [
      [0, 'application/pdf', content],
      [1, 'application/octet-stream', page],
      [2, 'application/octet-stream', picture],
    ] as const) {
      const answer = await get(attachment(index).url)
      assert.equal(answer.body, body)
      const { headers } = answer
      assert.match(String(headers['content-disposition']), /^attachment; filename=/)
      assert.equal(headers['content-type'], type)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox")
      assert.equal(headers['cache-control'], 'private, no-cache')
      assert.ok(headers['x-request-id'])
    }
  })

  it('an empty file → 200 with no bytes', async () => {
    const answer = await get(attachment(3).url)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-length'], '0')
    assert.equal(answer.body, '')
  })

  describe('ranges and validators (RFC 9110)', () => {
    it('the ETag is the content; naming it → 304 without a body', async () => {
      assert.equal((await get()).headers.etag, etag)
      for (const ifNoneMatch of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const answer = await get(undefined, { 'if-none-match': ifNoneMatch })
        assert.equal(answer.statusCode, 304)
        assert.equal(answer.body, '')
        assert.equal(answer.headers.etag, etag)
      }
      assert.equal((await get(undefined, { 'if-none-match': '"x"' })).statusCode, 200)
    })

    for (const [range, start, end] of [
      ['bytes=0-4', 0, 4],
      ['bytes=5-5', 5, 5],
      [`bytes=${size - 3}-`, size - 3, size - 1],
      ['bytes=-3', size - 3, size - 1],
      [`bytes=10-${size + 100}`, 10, size - 1],
      [`bytes=-${size + 100}`, 0, size - 1],
      ['bytes=100000-250000', 100_000, 250_000],
    ] as const)
      it(`${range} → 206 with these bytes`, async () => {
        const answer = await get(undefined, { range })
        assert.equal(answer.statusCode, 206)
        assert.equal(answer.body, content.slice(start, end + 1))
        assert.equal(answer.headers['content-range'], `bytes ${start}-${end}/${size}`)
        assert.equal(answer.headers['content-length'], String(end - start + 1))
      })

    it('a range behind the end → 416 with the length', async () => {
      const answer = await get(undefined, { range: `bytes=${size}-` })
      assert.equal(answer.statusCode, 416)
      assert.equal(answer.headers['content-range'], `bytes */${size}`)
      assert.equal(answer.json().success, false)
    })

    it('several ranges, other units and junk → 200 with everything; If-Range of other content too', async () => {
      for (const range of ['bytes=0-1,3-4', 'lines=1-2', 'bytes', ''])
        assert.equal((await get(undefined, { range })).body, content)
      const other = await get(undefined, { range: 'bytes=0-1', 'if-range': '"other"' })
      assert.equal(other.statusCode, 200)
      assert.equal((await get(undefined, { range: 'bytes=0-1', 'if-range': etag })).statusCode, 206)
    })

    it('HEAD → 200 with the headers of GET and no body, over a real socket', async () => {
      await s.app.listen({ port: 0 })
      const { port } = s.app.server.address() as AddressInfo
      const ask = async (method: string) => {
        const sent = request({ port, path: attachment().url, method, headers: bearer(lotte) }).end()
        const [answer] = await once(sent, 'response')
        return { headers: answer.headers, status: answer.statusCode, body: await text(answer) }
      }
      const [head, whole] = [await ask('HEAD'), await ask('GET')]
      assert.equal(head.status, 200)
      assert.equal(head.body, '')
      assert.equal(whole.body, content)
      for (const name of ['content-length', 'content-type', 'content-disposition', 'etag', 'accept-ranges'])
        assert.equal(head.headers[name], whole.headers[name], name)
    })
  })

  describe('the name it is saved under (RFC 6266, RFC 8187)', () => {
    const names: [sent: string, disposition: string][] = [
      ['plain.txt', 'attachment; filename="plain.txt"'],
      ['two words.txt', 'attachment; filename="two words.txt"'],
      ['Übersicht.txt', `attachment; filename="_bersicht.txt"; filename*=UTF-8''%C3%9Cbersicht.txt`],
      ['報告🔥.pdf', `attachment; filename="___.pdf"; filename*=UTF-8''%E5%A0%B1%E5%91%8A%F0%9F%94%A5.pdf`],
      ['a"b.txt', 'attachment; filename="a\\"b.txt"'],
      ['../../etc/passwd', 'attachment; filename="passwd"'],
      ['C:\\Users\\me\\a.txt', 'attachment; filename="a.txt"'],
      ['..', 'attachment; filename="attachment"'],
      ['a\0.exe', 'attachment; filename="a.exe"'],
      ['a\r\nset-cookie: x=1', 'attachment; filename="aset-cookie: x=1"'],
      ['invoice.pdf.exe', 'attachment; filename="invoice.pdf.exe"'],
      ['cod\u202efdp.exe', 'attachment; filename="codfdp.exe"'],
      ['100%25.txt', `attachment; filename="100%25.txt"; filename*=UTF-8''100%2525.txt`],
    ]
    for (const [sent, disposition] of names)
      it(`${JSON.stringify(sent)} → ${disposition}`, async () => {
        const answer = await s.app.inject({
          method: 'POST',
          url: '/api/tickets',
          headers: bearer(lotte),
          payload: {
            title: 'a',
            description: 'b',
            attachments: [{ filename: sent, content_base64: 'YQ==' }],
          },
        })
        assert.equal(answer.statusCode, 201)
        const { id } = answer.json()
        const detail = await s.app.inject({ url: `/api/tickets/${id}`, headers: bearer(lotte) })
        const [listed] = detail.json().attachments
        const download = await get(listed.url)
        assert.equal(download.statusCode, 200)
        assert.equal(download.headers['content-disposition'], disposition)
        assert.equal(download.headers['set-cookie'], undefined)
      })
  })
})
