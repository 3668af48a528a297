import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { type Claims, postTicket, raise, reply, upload } from './uploads.ts'

const lotte = { sub: 'lotte@example.com', uid: 7 }
const max = { sub: 'max@example.com', uid: 8 }
const agent = { sub: 'agent@example.com', uid: 9, role: 'agent' }

describe('a ticket or reply that names its file by attachment_url', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  const bound = async (id: string) => {
    const [row] = await sql(s.database, `SELECT ticket_id, reply_id FROM uploads WHERE id = '${id}'`)
    return row
  }
  const refused = async (claims: Claims, url: string, headers = {}) =>
    assertFailure(await postTicket(s, claims, url, headers), {
      status: 400,
      code: 'attachment.invalid',
      fields: ['attachment_url'],
    })

  it('binds the upload to the ticket, and InvGate gets the file', async () => {
    const { id, attachment_url } = await upload(s, lotte, 'for InvGate', 'report.txt')
    const ticketId = await raise(s, lotte, attachment_url)
    assert.deepEqual(await bound(id), { ticket_id: ticketId, reply_id: null })
    await eventually(async () => {
      const [row] = await sql(s.database, `SELECT inv_gate_id FROM tickets WHERE id = '${ticketId}'`)
      const incident = (await s.sandbox.control.incidents()).find((one) => one.id === row?.inv_gate_id)
      const names = incident?.attachments.map(({ name }) => name)
      assert.deepEqual(names, ['report.txt'])
    })
  })

  it('binds it to the reply', async () => {
    const ticketId = await raise(s, lotte)
    const { id, attachment_url } = await upload(s, lotte)
    const answer = await reply(s, lotte, ticketId, { attachment_url })
    assert.equal(answer.statusCode, 201, answer.body)
    assert.deepEqual(await bound(id), { ticket_id: ticketId, reply_id: answer.json().data.id })
  })

  it('the same ticket may name it again: what fewer people see gives way, and nothing else', async () => {
    const ticketId = await raise(s, lotte)
    const { id, attachment_url } = await upload(s, agent)
    const say = async (internal: boolean) => {
      const answer = await reply(s, agent, ticketId, { attachment_url, internal })
      assert.equal(answer.statusCode, 201, answer.body)
      return answer.json().data.id
    }
    const note = await say(true)
    assert.deepEqual(await bound(id), { ticket_id: ticketId, reply_id: note })
    const spoken = await say(false)
    assert.deepEqual(await bound(id), { ticket_id: ticketId, reply_id: spoken })
    await say(true)
    await say(false)
    assert.deepEqual(await bound(id), { ticket_id: ticketId, reply_id: spoken })
  })

  it('unknown, somebody else’s, another tenant’s and bound elsewhere → 400, all alike, and no ticket', async () => {
    const [of, taken] = [await upload(s, lotte), await upload(s, lotte)]
    await raise(s, lotte, taken.attachment_url)
    const answers = [
      await refused(lotte, '/attachments/01a2242b-e4ab-7684-bdaa-35d497f9b5b6'),
      await refused(max, of.attachment_url),
      await refused({ sub: 'admin@example.com', role: 'admin' }, of.attachment_url),
      await refused({ ...lotte, tenant_id: 2 }, of.attachment_url),
      // Whoever got the name since.
      await refused({ ...lotte, uid: 70 }, of.attachment_url),
      await refused(lotte, taken.attachment_url),
    ]
    for (const { message } of answers) assert.equal(message, answers[0]?.message)
    assert.deepEqual(await bound(of.id), { ticket_id: null, reply_id: null })
    const rows = await sql(s.database, "SELECT id FROM tickets WHERE creator_key = 'max@example.com'")
    assert.deepEqual(rows, [])
  })

  it('what is neither ours nor an http or https URL → 400', async () => {
    for (const url of ['javascript:alert(1)', '/etc/passwd', '/attachments/1', 'a b'])
      await refused(lotte, url)
  })

  it('a place elsewhere in the web is stored as it came and never asked', async () => {
    let asked = 0
    const server = createServer((_request, answer) => {
      asked += 1
      answer.end()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.png`
    const answer = await postTicket(s, lotte, url)
    assert.equal(answer.statusCode, 201, answer.body)
    assert.equal(answer.json().data.attachment_url, url)
    const { id } = answer.json().data
    await eventually(async () => {
      const [row] = await sql(s.database, `SELECT inv_gate_id FROM tickets WHERE id = '${id}'`)
      assert.ok(row?.inv_gate_id)
    })
    assert.equal(asked, 0)
    server.close()
  })

  it('of many tickets that name one upload at once over two replicas one gets it', async () => {
    const replica = await s.startReplica()
    const { id, attachment_url } = await upload(s, lotte)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        postTicket(index % 2 === 0 ? s : { app: replica }, lotte, attachment_url),
      ),
    )
    const won = answers.filter(({ statusCode }) => statusCode === 201)
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, ...Array(19).fill(400)])
    assert.deepEqual(await bound(id), { ticket_id: won[0]?.json().data.id, reply_id: null })
  })
})

describe('with TICKET_PUBLIC_URL', () => {
  it('the service’s own address may stand before the path', async (t) => {
    const s = await startTicketService({ TICKET_PUBLIC_URL: 'https://desk.example.com/' })
    t.after(() => s.close())
    const { id, attachment_url } = await upload(s, lotte)
    const ticketId = await raise(s, lotte, `https://desk.example.com${attachment_url}`)
    const [row] = await sql(s.database, `SELECT ticket_id FROM uploads WHERE id = '${id}'`)
    assert.equal(row?.ticket_id, ticketId)
  })

  it('InvGate gets the file of a reply that names it so', async (t) => {
    const s = await startTicketService({ TICKET_PUBLIC_URL: 'https://desk.example.com/' })
    t.after(() => s.close())
    const ticketId = await raise(s, lotte)
    const { attachment_url } = await upload(s, lotte, 'for InvGate', 'said.txt')
    const url = `https://desk.example.com${attachment_url}`
    assert.equal((await reply(s, lotte, ticketId, { attachment_url: url })).statusCode, 201)
    await eventually(async () => {
      const comments = (await s.sandbox.control.incidents()).flatMap((incident) => incident.comments)
      assert.deepEqual(
        comments.flatMap(({ attachments }) => attachments.map(({ name }) => name)),
        ['said.txt'],
      )
    })
  })
})
