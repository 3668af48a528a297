import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { type Delivery, startMailServer, textOf } from '@werk/shared/test-kit/mail-server'
import { bearer } from '@werk/shared/test-kit/sign-token'
import type { TicketEvent } from '../../src/tickets/ticket-event.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { addPeople, createTell, eventOf, person, reply, ticketOf } from './tell.ts'

const mine = { userId: 1, creatorKey: 'p1@example.com', agentId: 2 }

describe('mails of what happens to tickets', () => {
  let s: TicketService
  let server: Awaited<ReturnType<typeof startMailServer>>
  let t: ReturnType<typeof createTell>
  before(async () => {
    server = await startMailServer()
    s = await startTicketService({ SMTP_URL: server.url, MAIL_FROM: 'Desk <desk@example.com>' })
    await s.startReplica()
    t = createTell(s.database, { byMail: true })
    await addPeople(s.database, [
      { id: 1 },
      { id: 2, role: 'agent' },
      { id: 3, role: 'agent' },
      { id: 4, email: null },
      { id: 5, role: 'agent', tenant: 2 },
    ])
  })
  after(async () => {
    await t.end()
    await s.close()
    await server.close()
  })
  beforeEach(() => {
    server.deliveries.length = 0
  })

  const header = ({ source }: Delivery, name: string) =>
    new RegExp(`^${name}: (.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(source)?.[1]?.replaceAll(/\r?\n\s+/g, ' ')
  /** All mails are through when nothing waits any more. */
  const mailed = async (...events: TicketEvent[]) => {
    for (const event of events) await t.tell(event)
    await eventually(async () => {
      const [row] = await sql(
        s.database,
        "SELECT COUNT(*) AS waiting FROM notification_deliveries WHERE state = 'pending'",
      )
      assert.equal(row?.waiting, 0)
    })
    return server.deliveries.toSorted((a, b) => String(a.to).localeCompare(String(b.to)))
  }
  const receivers = (mails: Delivery[]) => mails.map(({ to }) => to.join())
  const logOf = (ticketId: string) =>
    sql(
      s.database,
      `SELECT d.state, d.attempts, d.last_error, d.body FROM notification_deliveries d JOIN notifications n
        ON n.id = d.notification_id WHERE n.ticket_id = '${ticketId}' ORDER BY d.id`,
    )

  it('a reply reaches the owner once, whole, and as one of the ticket’s thread', async () => {
    const ticket = ticketOf(mine)
    const text = `Dear Mara,\n\n${'all is well. '.repeat(100)}\nEnd`
    const [mail, ...rest] = await mailed(eventOf('ticket.replied', ticket, person(2), reply(text)))
    assert.ok(mail)
    assert.deepEqual(rest, [])
    assert.deepEqual(mail.to, ['p1@example.com'])
    assert.equal(header(mail, 'Subject'), 'Reply: The printer is on fire')
    assert.equal(header(mail, 'From'), 'Desk <desk@example.com>')
    assert.equal(header(mail, 'References'), `<ticket.${ticket.id}@example.com>`)
    assert.equal(header(mail, 'In-Reply-To'), `<ticket.${ticket.id}@example.com>`)
    assert.match(header(mail, 'Message-ID') ?? '', /^<notification\.[0-9a-f-]{36}@example\.com>$/)
    assert.equal(header(mail, 'Auto-Submitted'), 'auto-generated')
    const body = textOf(mail.source).replaceAll('\r\n', '\n')
    assert.ok(body.startsWith(`Person 2 replied:\n\n${text}\n`), body)
    assert.ok(body.includes(ticket.id))
    assert.deepEqual(await logOf(ticket.id), [
      { state: 'delivered', attempts: 1, last_error: null, body: null },
    ])
  })

  it('the defaults: replies, status and assignment are mailed, new tickets and escalations are not', async () => {
    const ticket = ticketOf(mine)
    const by = person(3)
    const mails = await mailed(
      eventOf('ticket.created', ticket, by, {}),
      eventOf('ticket.escalated', ticket, by, { level: 1 }),
      eventOf('ticket.replied', ticket, by, reply('x')),
      eventOf('ticket.status_changed', ticket, by, { from: 'open' }),
      eventOf('ticket.assigned', ticket, by, { from: null }),
    )
    const subjects = mails.map((mail) => `${mail.to} ${header(mail, 'Subject')?.split(':')[0]}`).sort()
    assert.deepEqual(
      subjects,
      ['Assigned', 'New status', 'Reply']
        .flatMap((what) => [`p1@example.com ${what}`, `p2@example.com ${what}`])
        .sort(),
    )
  })

  it('what all agents are told, because nobody has the ticket, is mailed to nobody who did not choose it', async () => {
    const ticket = ticketOf({ ...mine, agentId: null })
    const mails = await mailed(
      eventOf('ticket.replied', ticket, person(1), reply('anybody there?')),
      eventOf('ticket.status_changed', ticket, person(1), { from: 'open' }),
      eventOf('ticket.replied', ticket, person(1), reply('you?', { mentions: [3] })),
    )
    assert.deepEqual(receivers(mails), ['p3@example.com'])
    const [row] = await sql(
      s.database,
      `SELECT COUNT(*) AS told FROM notifications WHERE ticket_id = '${ticket.id}' AND user_id IN (2, 3)`,
    )
    assert.equal(row?.told, 6)
  })

  it('who chose otherwise is mailed otherwise', async () => {
    const url = '/api/v1/notifications/settings'
    const choose = (uid: number, payload: object) =>
      s.app.inject({ method: 'PATCH', url, headers: bearer({ sub: `p${uid}@example.com`, uid }), payload })
    await choose(1, { 'ticket.replied': { email: false } })
    await choose(3, { 'ticket.created': { email: true } })
    const ticket = ticketOf({ ...mine, agentId: null })
    const mails = await mailed(
      eventOf('ticket.created', ticket, person(1), {}),
      eventOf('ticket.replied', ticket, person(2), reply('x')),
    )
    assert.deepEqual(receivers(mails), ['p3@example.com'])
    await choose(1, { 'ticket.replied': { email: true } })
    await choose(3, { 'ticket.created': { email: false } })
  })

  it('who has no address is told in app alone, and another tenant is mailed nothing', async () => {
    const ticket = ticketOf({ userId: 4, creatorKey: 'p4', agentId: 2 })
    assert.deepEqual(
      await mailed(eventOf('ticket.replied', ticket, person(2), reply('x', { mentions: [5] }))),
      [],
    )
  })

  it('the text of an internal note goes to staff alone, whatever they become until it is sent', async () => {
    const ticket = ticketOf(mine)
    const note = eventOf(
      'ticket.replied',
      ticket,
      person(3),
      reply('a secret', { internal: true, mentions: [1, 4] }),
    )
    assert.deepEqual(receivers(await mailed(note)), ['p2@example.com'])
    server.deliveries.length = 0
    const later = ticketOf(mine)
    await t.tellLater({ ...note, ticket: later })
    await sql(s.database, "UPDATE directory_users SET role = 'user' WHERE id = 2")
    await t.release()
    assert.deepEqual(await mailed(), [])
    const [entry] = await logOf(later.id)
    assert.equal(entry?.state, 'failed')
    assert.equal(entry?.body, null)
    await sql(s.database, "UPDATE directory_users SET role = 'agent' WHERE id = 2")
  })

  it('whoever is deactivated until it is sent gets none', async () => {
    const ticket = ticketOf(mine)
    await t.tellLater(eventOf('ticket.replied', ticket, person(2), reply('x')))
    await sql(s.database, 'UPDATE directory_users SET active = false WHERE id = 1')
    await t.release()
    assert.deepEqual(await mailed(), [])
    await sql(s.database, 'UPDATE directory_users SET active = true WHERE id = 1')
  })

  it('each of a hundred is sent once by two replicas', async () => {
    const tickets = Array.from({ length: 100 }, () => ticketOf(mine))
    const mails = await mailed(
      ...tickets.map((ticket) => eventOf('ticket.replied', ticket, person(2), reply('x'))),
    )
    const ids = mails.map((mail) => header(mail, 'Message-ID'))
    assert.equal(ids.length, 100)
    assert.equal(new Set(ids).size, 100)
  })

  it('a mail server that is away is tried again, with the same Message-ID', async () => {
    const ticket = ticketOf(mine)
    await server.close()
    await t.tell(eventOf('ticket.replied', ticket, person(2), reply('x')))
    const failed = await eventually(async () => {
      const [entry] = await logOf(ticket.id)
      assert.ok(entry?.last_error)
      return entry
    })
    assert.equal(failed.state, 'pending')
    assert.ok(failed.body)
    const port = server.port
    server = await startMailServer(port)
    await sql(s.database, "UPDATE notification_deliveries SET available_at = NOW(3) WHERE state = 'pending'")
    assert.deepEqual(receivers(await mailed()), ['p1@example.com'])
  })

  it('a cause that fails mails nothing', async () => {
    const ticket = ticketOf(mine)
    await assert.rejects(t.tellAndFail(eventOf('ticket.replied', ticket, person(2), reply('x'))))
    assert.deepEqual(await mailed(), [])
    assert.deepEqual(await logOf(ticket.id), [])
  })
})
