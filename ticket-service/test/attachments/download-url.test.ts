import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer, testSecret } from '@werk/shared/test-kit/sign-token'
import { createDownloadTokens } from '../../src/attachments/download-token.ts'
import { file, form } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { type Claims, raise, upload } from './uploads.ts'

const lotte = { sub: 'lotte@example.com', uid: 7 }
const max = { sub: 'max@example.com', uid: 8 }

describe('an address of a download that works for a short time', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  const ask = (url: string, claims: Claims = lotte) =>
    s.app.inject({ method: 'POST', url, headers: bearer(claims) })
  const follow = (url: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    s.app.inject({ method, url, headers })

  async function attach(content: string) {
    const { headers, payload } = form(
      { name: 'title', content: 'a' },
      { name: 'description', content: 'b' },
      file('ä.txt', content),
    )
    const answer = await s.app.inject({
      ...{ method: 'POST', url: '/api/tickets', payload },
      headers: { ...bearer(lotte), ...headers },
    })
    assert.equal(answer.statusCode, 201, answer.body)
    const number: number = answer.json().id
    const [row] = await sql(
      s.database,
      `SELECT a.id, a.ticket_id FROM attachments a JOIN tickets t ON t.id = a.ticket_id WHERE t.inv_gate_id = ${number}`,
    )
    return { number, ticketId: String(row?.ticket_id), id: String(row?.id) }
  }

  it('POST /attachments/:id/url → 200, and the address gives the file without a token', async () => {
    const { attachment_url } = await upload(s, lotte, 'content', 'report.txt')
    const before = Date.now()
    const answer = await ask(`${attachment_url}/url`)
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.headers['cache-control'], 'no-store')
    const { url, expires_at } = answer.json().data
    assert.match(url, /^\/downloads\?token=[\w.-]+$/)
    const seconds = (Date.parse(expires_at) - before) / 1000
    assert.ok(seconds > 298 && seconds <= 301, `${seconds} s`)

    const download = await follow(url)
    assert.equal(download.statusCode, 200)
    assert.equal(download.body, 'content')
    assert.equal(download.headers['content-disposition'], 'attachment; filename="report.txt"')
    assert.equal(download.headers['x-content-type-options'], 'nosniff')
    assert.equal(download.headers['content-security-policy'], "default-src 'none'; sandbox")
    assert.equal(download.headers['cache-control'], 'private, no-store')
    assert.equal(download.headers['referrer-policy'], 'no-referrer')
    const part = await follow(url, { range: 'bytes=0-2' })
    assert.deepEqual([part.statusCode, part.body], [206, 'con'])
    assert.equal((await follow(url, {}, 'HEAD')).statusCode, 200)
    assert.equal((await follow(url, { range: 'bytes=9-' })).statusCode, 416)
  })

  it('POST …/tickets/:id/attachments/:id/url → 200 under every prefix, bare under the Werk dialect’s', async () => {
    const { number, ticketId, id } = await attach('attached')
    for (const ticket of [number, ticketId]) {
      const wrapped = await ask(`/tickets/${ticket}/attachments/${id}/url`)
      const bare = await ask(`/api/tickets/${ticket}/attachments/${id}/url`)
      const bareToo = await ask(`/api/v1/tickets/${ticket}/attachments/${id}/url`)
      for (const { url } of [wrapped.json().data, bare.json(), bareToo.json()]) {
        const download = await follow(url)
        assert.equal(download.body, 'attached')
        assert.match(String(download.headers['content-disposition']), /filename\*=UTF-8''%C3%A4.txt/)
      }
    }
  })

  it('is given only to who may download: 404 to others, 401 without a token', async () => {
    const { attachment_url } = await upload(s, lotte)
    const { ticketId, id } = await attach('theirs')
    for (const url of [`${attachment_url}/url`, `/tickets/${ticketId}/attachments/${id}/url`]) {
      assertFailure(await ask(url, max), { status: 404, code: 'attachment.not_found' })
      assertFailure(await ask(url, { ...lotte, tenant_id: 2 }), { status: 404 })
      assert.equal((await s.app.inject({ method: 'POST', url })).statusCode, 401)
    }
  })

  it('when its time is over, made up, changed or of a file that is gone → 404, all alike', async () => {
    const { id } = await upload(s, lotte)
    const link = { tenantId: 1, ticketId: null, id }
    const old = createDownloadTokens({ JWT_SECRET: testSecret }, { now: () => new Date() })
    const ended = old.sign(link, new Date(Date.now() - 1000))
    const other = createDownloadTokens({ JWT_SECRET: 'x'.repeat(32) }, { now: () => new Date() })
    const inAMinute = new Date(Date.now() + 60_000)
    const bySecretItself = Buffer.from(JSON.stringify([1, null, id, 9_999_999_999])).toString('base64url')
    const mac = createHmac('sha256', testSecret).update(bySecretItself).digest('base64url')
    assert.equal((await follow(`/downloads?token=${old.sign(link, inAMinute)}`)).statusCode, 200)
    for (const token of [
      ended,
      other.sign(link, inAMinute),
      `${bySecretItself}.${mac}`,
      old.sign({ ...link, tenantId: 2 }, inAMinute),
      old.sign({ ...link, ticketId: id }, inAMinute),
      old.sign({ ...link, id: '01a2242b-e4ab-7684-bdaa-35d497f9b5b6' }, inAMinute),
      'a',
      '',
      '%00',
      '🔥',
    ]) {
      const answer = await follow(`/downloads?token=${encodeURIComponent(token)}`)
      const { message } = assertFailure(answer, { status: 404, code: 'download.not_found' })
      assert.equal(message, 'this link is unknown, or its time is over')
      assert.equal(answer.headers.etag, undefined)
    }
    assertFailure(await follow('/downloads'), { status: 400, fields: ['token'] })
    assertFailure(await follow(`/downloads?token=${'a'.repeat(501)}`), { status: 400 })
  })

  it('no log line has it', async () => {
    const { attachment_url } = await upload(s, lotte)
    const { url } = (await ask(`${attachment_url}/url`)).json().data
    await follow(url)
    await follow(`${url}a`)
    const [, token = ''] = url.split('=')
    assert.ok(s.logLines.some((line) => line.includes('"/downloads"')))
    assert.ok(!s.logLines.some((line) => line.includes(token.slice(0, 40))))
  })

  it('one that was issued before the upload was bound goes on to its end', async () => {
    const { attachment_url } = await upload(s, lotte)
    const { url } = (await ask(`${attachment_url}/url`)).json().data
    await raise(s, lotte, attachment_url)
    assert.equal((await follow(url)).statusCode, 200)
  })
})

describe('with TICKET_PUBLIC_URL and DOWNLOAD_URL_SECONDS', () => {
  it('the address is whole, and its time is as set', async (t) => {
    const s = await startTicketService({
      TICKET_PUBLIC_URL: 'https://desk.example.com/',
      DOWNLOAD_URL_SECONDS: '60',
    })
    t.after(() => s.close())
    const { attachment_url } = await upload(s, lotte)
    const answer = await s.app.inject({
      ...{ method: 'POST', url: `${attachment_url}/url`, headers: bearer(lotte) },
    })
    const { url, expires_at } = answer.json().data
    assert.match(url, /^https:\/\/desk\.example\.com\/downloads\?token=/)
    assert.ok(Date.parse(expires_at) - Date.now() <= 60_000)
  })
})
