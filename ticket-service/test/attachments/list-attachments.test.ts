import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member, raise, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const ada = member(7, 'user', 1, 77)
const gus = member(9, 'agent')

describe('GET /tickets/:id/attachments', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [ada, gus])
  })
  after(() => s.close())

  const upload = async (by: Member, filename: string): Promise<string> => {
    const payload = { filename, content_base64: btoa(filename) }
    const answer = await s.app.inject({ method: 'POST', url: '/attachments', headers: by.headers, payload })
    return answer.json().data.attachment_url
  }
  const list = async (by: Member, id: string) => {
    const answer = await read(s.app, by, `/tickets/${id}/attachments`)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().data as { filename: string; url: string; reply_id?: string }[]
  }

  it('has what the ticket and its replies name, notes’ files for those alone who answer it, and each can be fetched', async () => {
    const { id } = await raise(s.app, ada, { attachment_url: await upload(ada, 'ticket.txt') })
    const reply = await replyTo(s.app, ada, id, {
      message: 'm',
      attachment_url: await upload(ada, 'reply.txt'),
    })
    await replyTo(s.app, gus, id, {
      message: 'n',
      internal: true,
      attachment_url: await upload(gus, 'note.txt'),
    })
    await replyTo(s.app, gus, id, { message: 'f', attachment_url: 'https://example.com/elsewhere.png' })
    const [ofOwner, ofAgent] = [await list(ada, id), await list(gus, id)]
    assert.deepEqual(
      ofOwner.map(({ filename }) => filename),
      ['ticket.txt', 'reply.txt'],
    )
    assert.deepEqual(
      ofAgent.map(({ filename }) => filename),
      ['ticket.txt', 'reply.txt', 'note.txt'],
    )
    assert.deepEqual(
      ofOwner.map(({ reply_id }) => reply_id),
      [undefined, reply.json().data.id],
    )
    for (const { url, filename } of ofOwner) assert.equal((await read(s.app, ada, url)).body, filename)
  })

  it('has what a ticket was raised with in the Werk dialect', async () => {
    const payload = {
      title: 't',
      description: 'd',
      attachments: [{ filename: 'w.txt', content_base64: btoa('w') }],
    }
    const raised = await s.app.inject({ method: 'POST', url: '/api/tickets', headers: ada.headers, payload })
    assert.equal(raised.statusCode, 201, raised.body)
    const tickets = await eventually(async () => (await read(s.app, ada, '/tickets?limit=100')).json().data)
    const { id } = tickets.find((ticket: { inv_gate_id?: number }) => ticket.inv_gate_id === raised.json().id)
    const [file, ...others] = await list(ada, id)
    assert.deepEqual([file?.filename, others], ['w.txt', []])
    assert.equal((await read(s.app, ada, String(file?.url))).body, 'w')
  })

  it('has a thousand of what replies name at most', async () => {
    const { id } = await raise(s.app, ada, { attachment_url: await upload(ada, 'many.txt') })
    const copies = `INSERT INTO uploads SELECT UUID(), tenant_id, owner_uid, owner_key, filename, declared_type, sniffed_type,
        size, sha256, ticket_id, reply_id, created_at FROM uploads WHERE ticket_id = '${id}'`
    for (let doubled = 0; doubled < 10; doubled += 1) await sql(s.database, copies)
    assert.equal((await list(ada, id)).length, 1000)
  })

  it('of a ticket that the caller may not know of is 404, as of one that is not there', async () => {
    const { id } = await raise(s.app, ada)
    const stranger = member(20)
    for (const ticket of [id, '0198f000-0000-7000-8000-000000000000', 'nonsense'])
      assertFailure(await read(s.app, stranger, `/tickets/${ticket}/attachments`), {
        status: 404,
        code: 'ticket.not_found',
      })
  })
})
