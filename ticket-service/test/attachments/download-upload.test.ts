import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { type Claims, raise, reply, upload } from './uploads.ts'

const lotte = { sub: 'lotte@example.com', uid: 7 }
const max = { sub: 'max@example.com', uid: 8 }
const agent = { sub: 'agent@example.com', uid: 9, role: 'agent' }
const admin = { sub: 'admin@example.com', uid: 10, role: 'admin' }
const vendor = { sub: 'vendor@example.com', uid: 11, role: 'vendor' }
const elsewhere = { sub: 'admin@example.org', uid: 12, role: 'admin', tenant_id: 2 }

const withoutMeta = (body: Record<string, unknown>) => ({ ...body, meta: null })

describe('downloading a file that was sent by itself', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  const get = (url: string, claims: Claims, headers: Record<string, string> = {}) =>
    s.app.inject({ url, headers: { ...bearer(claims), ...headers } })

  /** Who gets it, of all that there are; the others get what there is for a made-up one. */
  const readers = async (url: string): Promise<string[]> => {
    const unknown = await get('/attachments/01a2242b-e4ab-7684-bdaa-35d497f9b5b6', admin)
    const got: string[] = []
    for (const claims of [lotte, max, agent, admin, vendor, elsewhere]) {
      const answer = await get(url, claims)
      if (answer.statusCode === 200) got.push(claims.sub)
      else {
        assert.equal(answer.statusCode, 404)
        assert.deepEqual(withoutMeta(answer.json()), withoutMeta(unknown.json()))
      }
    }
    assert.equal((await s.app.inject({ url })).statusCode, 401)
    return got
  }
  const staff = ['agent@example.com', 'admin@example.com', 'vendor@example.com']

  it('gives it as a file to save that nothing runs, in whole, in ranges and not at all when it is unchanged', async () => {
    const sent = await upload(s, lotte, '<script>alert(1)</script>', 'page.html')
    const url = sent.attachment_url
    const whole = await get(url, lotte)
    assert.equal(whole.statusCode, 200)
    assert.equal(whole.body, '<script>alert(1)</script>')
    const { headers } = whole
    assert.equal(headers['content-disposition'], 'attachment; filename="page.html"')
    assert.equal(headers['content-type'], 'application/octet-stream')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox")
    assert.equal(headers['cache-control'], 'private, no-cache')
    assert.equal(headers.etag, `"${sent.sha256}"`)
    const part = await get(url, lotte, { range: 'bytes=1-6' })
    assert.deepEqual([part.statusCode, part.body], [206, 'script'])
    assert.equal((await get(url, lotte, { range: 'bytes=100-' })).statusCode, 416)
    assert.equal((await get(url, lotte, { 'if-none-match': headers.etag })).statusCode, 304)
    assert.equal((await get(url.toUpperCase().replace('ATTACHMENTS', 'attachments'), lotte)).statusCode, 200)
  })

  it('HEAD → 200 with the headers of GET and no body, over a real socket', async () => {
    const { attachment_url: path } = await upload(s, lotte)
    await s.app.listen({ port: 0 })
    const { port } = s.app.server.address() as AddressInfo
    const sent = request({ port, path, method: 'HEAD', headers: bearer(lotte) }).end()
    const [answer] = await once(sent, 'response')
    answer.resume()
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['content-length'], '7')
  })

  it('that no ticket names yet: to its owner alone, 404 to all others', async () => {
    const { attachment_url } = await upload(s, lotte)
    assert.deepEqual(await readers(attachment_url), ['lotte@example.com'])
    assert.equal(
      (await get(attachment_url, { ...lotte, uid: 70 })).statusCode,
      404,
      'the name of another now',
    )
    assert.equal((await get(attachment_url, { sub: 'LOTTE@example.com' })).statusCode, 200)
    assert.equal((await get(attachment_url, { sub: 'max@example.com' })).statusCode, 404)
    const ofNobody = await upload(s, { sub: 'lotte@example.com' })
    assert.deepEqual(await readers(ofNobody.attachment_url), ['lotte@example.com'])
  })

  it('that a ticket or a public reply names: to whoever may see the ticket', async () => {
    const ofTicket = await upload(s, lotte)
    const ticketId = await raise(s, lotte, ofTicket.attachment_url)
    assert.deepEqual(await readers(ofTicket.attachment_url), ['lotte@example.com', ...staff])

    const ofReply = await upload(s, agent, 'an answer')
    const answer = await reply(s, agent, ticketId, { attachment_url: ofReply.attachment_url })
    assert.equal(answer.statusCode, 201, answer.body)
    assert.deepEqual(await readers(ofReply.attachment_url), ['lotte@example.com', ...staff])
  })

  it('that an internal note names: to those who work on the ticket, not to who raised it', async () => {
    const ticketId = await raise(s, lotte)
    const { attachment_url } = await upload(s, agent, 'between us')
    const note = await reply(s, agent, ticketId, { attachment_url, internal: true })
    assert.equal(note.statusCode, 201, note.body)
    assert.deepEqual(await readers(attachment_url), staff)
  })

  it('that an internal note of an agent names on the agent’s own ticket: the same', async () => {
    const ticketId = await raise(s, { ...agent, role: 'user' })
    const { attachment_url } = await upload(s, admin)
    await reply(s, admin, ticketId, { attachment_url, internal: true })
    assert.equal((await get(attachment_url, { ...agent, role: 'user' })).statusCode, 404)
  })

  for (const strange of ['🔥', 'ü', '%00', '..%2f..%2fetc', "1'OR'1", ' ', '1', '%25'])
    it(`one called ${JSON.stringify(strange)} → 4xx`, async () => {
      const name = strange.includes('%') ? strange : encodeURIComponent(strange)
      const { statusCode } = await get(`/attachments/${name}`, admin)
      assert.ok([400, 404].includes(statusCode), String(statusCode))
    })
})
