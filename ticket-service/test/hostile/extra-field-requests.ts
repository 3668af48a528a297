import assert from 'node:assert/strict'
import { accept, opened, setPresence } from '../chat/chats.ts'
import { type Member, patch, raise, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { file, form } from '../kit/multipart.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'
import { parkTicket } from '../operators/parked-tickets.ts'
import { raiseInInvGate } from '../sync/rounds.ts'
import type { Receiver } from '../webhooks/receiver.ts'

export type World = {
  s: TicketService
  user: Member
  agent: Member
  admin: Member
  receiver: Receiver
  /** Another one each time, for what has to be unique. */
  next(): number
}

/** A request that does what its route is for. `csv` in place of a JSON body: rows of cells. */
export type Wanted = {
  by: Member
  url: string
  payload?: Record<string, unknown>
  csv?: readonly (readonly string[])[]
}

type Make = (w: World) => Wanted | Promise<Wanted>

const text = { title: 'a title', description: 'a text' }
const ticket = ({ s, user }: World) => raise(s.app, user)

async function taken(w: World): Promise<string> {
  const { id } = await ticket(w)
  assert.equal((await patch(w.s.app, w.agent, id, { status: 'in_progress' })).statusCode, 200)
  return id
}

async function resolved(w: World): Promise<string> {
  const id = await taken(w)
  assert.equal((await patch(w.s.app, w.agent, id, { status: 'resolved' })).statusCode, 200)
  return id
}

async function made(w: World, url: string, payload: object): Promise<string> {
  const answer = await send(w.s.app, w.admin, 'POST', url, payload)
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json().data.id
}

const field = ({ next }: World) => ({ key: `field_${next()}`, label: 'A field', type: 'text' })
const hook = ({ receiver }: World) => ({ url: receiver.url })

async function webhook(w: World): Promise<string> {
  // A tenant has a few at most.
  await sql(w.s.database, 'DELETE FROM webhooks')
  return made(w, '/admin/webhooks', hook(w))
}

const cannedReply = (w: World) => made(w, '/canned-replies', { name: `name ${w.next()}`, body: 'a body' })

async function delivery(w: World): Promise<string> {
  const answer = await send(w.s.app, w.admin, 'POST', `/admin/webhooks/${await webhook(w)}/test`)
  assert.equal(answer.json().data.status, 'delivered', answer.body)
  return answer.json().data.id
}

async function upload(w: World): Promise<string> {
  const content_base64 = Buffer.from('content').toString('base64')
  const answer = await send(w.s.app, w.user, 'POST', '/attachments', { filename: 'a.txt', content_base64 })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json().data.id
}

/** Of a ticket of the Werk dialect that was raised with a file. */
async function attachment(w: World): Promise<string> {
  const { headers, payload } = form(
    { name: 'title', content: text.title },
    { name: 'description', content: text.description },
    file('a.txt', 'content'),
  )
  const all = { ...w.user.headers, ...headers }
  const answer = await w.s.app.inject({ method: 'POST', url: '/api/tickets', headers: all, payload })
  assert.equal(answer.statusCode, 201, answer.body)
  const [row] = await sql(
    w.s.database,
    'SELECT ticket_id, id FROM attachments ORDER BY created_at DESC LIMIT 1',
  )
  return `${row?.ticket_id}/attachments/${row?.id}`
}

async function chat(w: World): Promise<string> {
  assert.equal((await setPresence(w.s.app, w.agent)).statusCode, 200)
  return (await opened(w.s.app, w.user)).id
}

async function parkedJob(w: World): Promise<number> {
  const { id } = await ticket(w)
  await sql(
    w.s.database,
    `INSERT INTO mirror_jobs (ticket_id, kind, available_at) VALUES ('${id}', 'state', '9999-12-31')`,
  )
  const [row] = await sql(w.s.database, `SELECT MAX(id) AS id FROM mirror_jobs WHERE ticket_id = '${id}'`)
  return Number(row?.id)
}

async function parkedIntent(w: World): Promise<string> {
  // What is on its way to InvGate would meet the fault that is meant for this one.
  await eventually(async () => {
    const under = "SELECT COUNT(*) AS n FROM ticket_intents WHERE available_at < '9999-01-01'"
    assert.equal((await sql(w.s.database, under))[0]?.n, 0)
  })
  return parkTicket(w.s, { title: 'lost', caller: w.user.headers })
}

async function notification(w: World): Promise<string> {
  const { id } = await ticket(w)
  assert.equal((await replyTo(w.s.app, w.agent, id, { message: 'm' })).statusCode, 201)
  const [row] = await sql(
    w.s.database,
    `SELECT id FROM notifications WHERE user_id = ${w.user.uid} AND ticket_id = '${id}'`,
  )
  return String(row?.id)
}

/** @param path with `{}` in the place of an id */
const at = async (path: string, id: Promise<string | number>) => path.replace('{}', String(await id))
const scan = ({ next }: World) => ({ event_id: 'e', ticket_id: `t${next()}` })

async function scanned(w: World) {
  const one = scan(w)
  assert.equal((await send(w.s.app, w.admin, 'POST', '/checkins', one)).statusCode, 201)
  return one
}

const csvColumns = [
  ...['external_id', 'title', 'description', 'category', 'priority', 'status'],
  ...['creator_email', 'agent_email', 'created_at', 'closed_at'],
]

/** A good request of every route of the OpenAPI document that writes. */
export const requests: Record<string, Make> = {
  'POST /api/tickets': ({ user: by }) => ({ by, url: '/api/tickets', payload: { ...text } }),
  'POST /api/v1/tickets': ({ user: by }) => ({ by, url: '/api/v1/tickets', payload: { ...text } }),
  'POST /tickets': ({ user: by }) => ({
    ...{ by, url: '/tickets', payload: { ...text, category: 'billing', priority: 'low' } },
  }),
  'PATCH /tickets/{id}': async (w) => ({
    ...{ by: w.agent, url: `/tickets/${(await ticket(w)).id}`, payload: { status: 'in_progress' } },
  }),
  'POST /tickets/{id}/replies': async (w) => ({
    ...{ by: w.user, url: `/tickets/${(await ticket(w)).id}/replies`, payload: { message: 'm' } },
  }),
  'POST /tickets/{id}/watchers': async (w) => ({
    ...{ by: w.agent, url: `/tickets/${(await ticket(w)).id}/watchers`, payload: {} },
  }),
  'PUT /tickets/{id}/tags': async (w) => ({
    ...{ by: w.agent, url: `/tickets/${(await ticket(w)).id}/tags`, payload: { tags: ['a'] } },
  }),
  'POST /tickets/bulk': async (w) => ({
    by: w.agent,
    url: '/tickets/bulk',
    payload: { ids: [(await ticket(w)).id], status: 'in_progress' },
  }),
  'POST /tickets/{id}/links': async (w) => ({
    by: w.agent,
    url: `/tickets/${(await ticket(w)).id}/links`,
    payload: { ticket_id: (await ticket(w)).id, kind: 'blocks' },
  }),
  'POST /tickets/{id}/merge': async (w) => ({
    by: w.agent,
    url: `/tickets/${(await ticket(w)).id}/merge`,
    payload: { into: (await ticket(w)).id },
  }),
  'POST /tickets/{id}/rating': async (w) => ({
    ...{ by: w.user, url: await at('/tickets/{}/rating', resolved(w)), payload: { score: 5 } },
  }),
  'POST /tickets/import': ({ admin: by, next }) => ({
    by,
    url: '/tickets/import',
    csv: [
      csvColumns,
      [`x${next()}`, 'a title', 'a text', 'billing', 'low', 'open', '', '', '2020-01-02T03:04:05Z', ''],
    ],
  }),
  'POST /tickets/{id}/attachments/{attachmentId}/url': async (w) => ({
    ...{ by: w.user, url: await at('/tickets/{}/url', attachment(w)) },
  }),
  'POST /api/tickets/{id}/attachments/{attachmentId}/url': async (w) => ({
    ...{ by: w.user, url: await at('/api/tickets/{}/url', attachment(w)) },
  }),
  'POST /api/v1/tickets/{id}/attachments/{attachmentId}/url': async (w) => ({
    ...{ by: w.user, url: await at('/api/v1/tickets/{}/url', attachment(w)) },
  }),
  'POST /attachments': ({ user: by }) => ({
    ...{ by, url: '/attachments', payload: { filename: 'a.txt', content_base64: 'YQ==' } },
  }),
  'POST /attachments/{id}/url': async (w) => ({
    ...{ by: w.user, url: await at('/attachments/{}/url', upload(w)) },
  }),

  'POST /canned-replies': ({ admin: by, next }) => ({
    ...{ by, url: '/canned-replies', payload: { name: `name ${next()}`, body: 'a body' } },
  }),
  'PATCH /canned-replies/{id}': async (w) => ({
    ...{ by: w.admin, url: await at('/canned-replies/{}', cannedReply(w)), payload: { body: 'another' } },
  }),
  'POST /tickets/{id}/canned-replies/{replyId}/preview': async (w) => ({
    by: w.agent,
    url: await at(`/tickets/${(await ticket(w)).id}/canned-replies/{}/preview`, cannedReply(w)),
  }),
  'POST /admin/custom-fields': (w) => ({ by: w.admin, url: '/admin/custom-fields', payload: field(w) }),
  'PATCH /admin/custom-fields/{id}': async (w) => ({
    by: w.admin,
    url: await at('/admin/custom-fields/{}', made(w, '/admin/custom-fields', field(w))),
    payload: { label: 'Another label' },
  }),
  'POST /vendor/tickets/sla': ({ admin: by }) => ({
    by,
    url: '/vendor/tickets/sla',
    payload: { category: 'billing', sla_response_minutes: 60, sla_resolution_minutes: 600 },
  }),
  'PUT /admin/business-hours': ({ admin: by }) => ({
    by,
    url: '/admin/business-hours',
    payload: { time_zone: 'UTC', hours: { monday: [['08:00', '17:00']] } },
  }),
  'PUT /admin/invgate-mapping': ({ admin: by }) => ({
    by,
    url: '/admin/invgate-mapping',
    payload: { categories: { billing: [11] }, priorities: { low: [1] } },
  }),
  'POST /admin/mirror-failures/{id}/retry': async (w) => ({
    ...{ by: w.admin, url: await at('/admin/mirror-failures/{}/retry', parkedJob(w)) },
  }),
  'POST /admin/mirror-failures/{id}/drop': async (w) => ({
    by: w.admin,
    url: await at('/admin/mirror-failures/{}/drop', parkedJob(w)),
    payload: { reason: 'why' },
  }),
  'POST /admin/ticket-intents/{id}/link': async (w) => ({
    by: w.admin,
    url: await at('/admin/ticket-intents/{}/link', parkedIntent(w)),
    payload: { inv_gate_id: await raiseInInvGate(w.s, { creator_id: 5, customer_id: 5 }) },
  }),
  'POST /admin/ticket-intents/{id}/resend': async (w) => ({
    by: w.admin,
    url: await at('/admin/ticket-intents/{}/resend', parkedIntent(w)),
  }),
  'POST /admin/ticket-intents/{id}/drop': async (w) => ({
    by: w.admin,
    url: await at('/admin/ticket-intents/{}/drop', parkedIntent(w)),
    payload: { reason: 'why' },
  }),
  'POST /admin/webhooks': (w) => ({ by: w.admin, url: '/admin/webhooks', payload: hook(w) }),
  'PATCH /admin/webhooks/{id}': async (w) => ({
    ...{ by: w.admin, url: await at('/admin/webhooks/{}', webhook(w)), payload: { active: false } },
  }),
  'POST /admin/webhooks/{id}/rotate-secret': async (w) => ({
    ...{ by: w.admin, url: await at('/admin/webhooks/{}/rotate-secret', webhook(w)) },
  }),
  'POST /admin/webhooks/{id}/test': async (w) => ({
    ...{ by: w.admin, url: await at('/admin/webhooks/{}/test', webhook(w)) },
  }),
  'POST /admin/webhooks/deliveries/{id}/redeliver': async (w) => ({
    ...{ by: w.admin, url: await at('/admin/webhooks/deliveries/{}/redeliver', delivery(w)) },
  }),

  'PATCH /api/v1/notifications/{id}/read': async (w) => ({
    ...{ by: w.user, url: await at('/api/v1/notifications/{}/read', notification(w)) },
  }),
  'PATCH /api/v1/notifications/read': async (w) => {
    await notification(w)
    return { by: w.user, url: '/api/v1/notifications/read' }
  },
  'PATCH /api/v1/notifications/settings': ({ user: by }) => ({
    ...{ by, url: '/api/v1/notifications/settings', payload: { 'ticket.created': { email: true } } },
  }),

  'PUT /chat/presence': ({ agent: by }) => ({ by, url: '/chat/presence', payload: { status: 'online' } }),
  'POST /chat/sessions': async (w) => {
    await setPresence(w.s.app, w.agent)
    return { by: w.user, url: '/chat/sessions', payload: { message: 'hello' } }
  },
  'POST /chat/sessions/{id}/accept': async (w) => ({
    ...{ by: w.agent, url: await at('/chat/sessions/{}/accept', chat(w)) },
  }),
  'POST /chat/sessions/{id}/close': async (w) => ({
    ...{ by: w.user, url: await at('/chat/sessions/{}/close', chat(w)), payload: {} },
  }),
  'POST /chat/sessions/{id}/messages': async (w) => {
    const id = await chat(w)
    assert.equal((await accept(w.s.app, w.agent, id)).statusCode, 200)
    return { by: w.user, url: `/chat/sessions/${id}/messages`, payload: { message: 'hello' } }
  },

  'POST /checkins': (w) => ({ by: w.admin, url: '/checkins', payload: scan(w) }),
  'POST /checkins/checkout': async (w) => ({
    ...{ by: w.admin, url: '/checkins/checkout', payload: await scanned(w) },
  }),
  'POST /checkins/undo': async (w) => ({
    ...{ by: w.admin, url: '/checkins/undo', payload: await scanned(w) },
  }),
  'POST /checkins/batch': (w) => ({
    by: w.admin,
    url: '/checkins/batch',
    payload: {
      scans: [{ ...scan(w), nonce: `n${w.next()}`, direction: 'in', scanned_at: new Date().toISOString() }],
    },
  }),
  'PUT /events/{event_id}/guests': ({ admin: by }) => ({
    ...{ by, url: '/events/g/guests', payload: { ticket_ids: ['a', 'b'] } },
  }),
  'POST /events/{event_id}/guests': ({ admin: by }) => ({
    ...{ by, url: '/events/g/guests', payload: { ticket_ids: ['a'] } },
  }),
}
