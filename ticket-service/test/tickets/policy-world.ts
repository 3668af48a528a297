import assert from 'node:assert/strict'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { enrol, type Member, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'

/**
 * Contract 7, by hand: what of a ticket it shows to whom. `all`: its internal notes too, with what else is for those who
 * answer it. Columns: raised by the viewer or by somebody else; assigned to nobody, to the viewer, to another.
 */
const sightTable = `
              own,free  own,mine  own,other  else,free  else,mine  else,other
  user        public    public    public     nothing    nothing    nothing
  committee   public    public    public     nothing    nothing    nothing
  agent       all       all       public     all        all        nothing
  vendor      all       all       all        all        all        all
  admin       all       all       all        all        all        all
`

export type Sight = 'nothing' | 'public' | 'all'

/** Texts of a ticket, each with a mark of its own. */
export const publicParts = [
  'title',
  'description',
  'field',
  'reply',
  'file',
  'attachment',
  'upload',
  'rating',
] as const
export const internalParts = ['note', 'notefile', 'secret', 'tag'] as const
export type Part = (typeof publicParts)[number] | (typeof internalParts)[number]
export const everyPart: readonly Part[] = [...publicParts, ...internalParts]

export const isPublic = (part: Part): boolean => publicParts.some((known) => known === part)

export type Ticket = {
  id: string
  invGateId: number
  tenantId: number
  owner: Member
  agent: Member | null
  /** Of the files of its public reply, of its note, and of its own: sent with it, or beforehand. */
  uploads: { file: string; notefile: string; attachment: string | null; upload: string | null }
  isRated: boolean
  /** A text of its tenant that names the ticket's title. */
  cannedReplyId: string
  number: number
}

/** Occurs in one text of one ticket, and can be searched for. */
export const markOf = ({ number }: Pick<Ticket, 'number'>, part: Part): string =>
  `mk${String(number).padStart(3, '0')}${part}z`
export const anyMark = new RegExp(`mk\\d{3}(?:${everyPart.join('|')})z`, 'g')

export type Viewer = {
  name: string
  member: Member
  headers: Record<string, string>
  owns(ticket: Ticket): boolean
  isAgentOf(ticket: Ticket): boolean
  /** Whose notifications they read, where it is not they themselves whom the token names. */
  account?: Viewer
}

export const tenants = [1, 2] as const
const ofTenant = (tenant: number) => {
  const number = tenant * 100
  return {
    user: member(number + 1, 'user', tenant, 5),
    committee: member(number + 2, 'committee', tenant, 5),
    agent: member(number + 3, 'agent', tenant, 5),
    vendor: member(number + 4, 'vendor', tenant, 5),
    admin: member(number + 5, 'admin', tenant, 5),
    stranger: member(number + 6, 'user', tenant, 5),
    otherAgent: member(number + 7, 'agent', tenant, 5),
    helper: member(number + 8, 'admin', tenant, 5),
  }
}
export const people = { 1: ofTenant(1), 2: ofTenant(2) }

function viewer(by: Member, more: Partial<Viewer> = {}): Viewer {
  return {
    ...{ name: `${by.role} of ${by.tenantId}`, member: by, headers: by.headers },
    owns: ({ owner }) => owner.sub === by.sub,
    isAgentOf: ({ agent }) => agent?.uid === by.uid,
    ...more,
  }
}

const withoutNumber = ({ sub, role, tenantId }: Member) => bearer({ sub, role, tenant_id: tenantId })
export const viewers: Viewer[] = [
  ...tenants.flatMap((tenant) => {
    const { user, committee, agent, vendor, admin } = people[tenant]
    return [user, committee, agent, vendor, admin].map((by) => viewer(by))
  }),
  viewer(people[1].user, {
    name: 'user by a token without a number',
    headers: withoutNumber(people[1].user),
  }),
  viewer(people[1].agent, {
    ...{ name: 'agent by a token without a number', headers: withoutNumber(people[1].agent) },
    isAgentOf: () => false,
    account: viewer(people[1].agent),
  }),
  // What was raised and assigned under a name stays with the account that had it.
  viewer(people[1].user, {
    name: 'account that has another’s name now',
    headers: bearer({ sub: people[1].user.sub, uid: 199 }),
    owns: () => false,
  }),
  viewer(member(305, 'admin', 3)),
]

const [columns = [], ...rows] = sightTable
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/))

/** What a viewer who works in a tenant sees of a ticket. */
export function sightOf(by: Viewer, tenant: number, ticket: Ticket): Sight {
  if (ticket.tenantId !== tenant) return 'nothing'
  const assigned = ticket.agent === null ? 'free' : by.isAgentOf(ticket) ? 'mine' : 'other'
  const column = columns.indexOf(`${by.owns(ticket) ? 'own' : 'else'},${assigned}`)
  const sight = rows.find(([role]) => role === by.member.role)?.[column + 1]
  assert.ok(sight === 'nothing' || sight === 'public' || sight === 'all')
  return sight
}

/** Contract 1: the operator, a vendor or admin of tenant 1, may work in any tenant. */
export const isOperator = ({ member: { role, tenantId } }: Viewer) =>
  tenantId === 1 && (role === 'admin' || role === 'vendor')

/** Whether the ticket has such a text. */
export function has({ isRated, uploads: { attachment, upload } }: Ticket, part: Part): boolean {
  if (part === 'rating') return isRated
  if (part === 'attachment') return attachment !== null
  return part !== 'upload' || upload !== null
}

/** A ticket of every kind for every viewer, in both tenants, with a mark in every text. */
export async function buildWorld(s: TicketService): Promise<Ticket[]> {
  await enrol(s, [...Object.values(people[1]), ...Object.values(people[2])])
  const tickets: Omit<Ticket, 'invGateId'>[] = []
  for (const tenant of tenants) {
    const { user, committee, agent, vendor, admin, stranger, otherAgent, helper } = people[tenant]
    const canned = { name: 'of the title', body: '{{ticket.title}}' }
    const { data } = await ask(s, 'POST', '/canned-replies', helper, canned)
    const cannedReplyId = String((data as Record<string, unknown>).id)
    for (const [key, visible_to] of [
      ['open', 'everybody'],
      ['closed', 'staff'],
    ])
      await ask(s, 'POST', '/admin/custom-fields', helper, { key, label: key, type: 'text', visible_to })
    const pairs: [owner: Member, agent: Member | null][] = [
      ...[user, committee, agent, vendor, admin].flatMap((by): [Member, Member | null][] => [
        [by, null],
        [by, otherAgent],
      ]),
      ...[agent, vendor, admin].flatMap((by): [Member, Member | null][] => [
        [by, by],
        [stranger, by],
      ]),
      [stranger, null],
      [stranger, otherAgent],
    ]
    for (const [owner, assigned] of pairs)
      tickets.push({ ...(await build(s, tickets.length, owner, assigned, helper)), cannedReplyId })
  }
  return withNumbers(s, tickets)
}

/** As soon as InvGate has them all. */
async function withNumbers(
  s: TicketService,
  tickets: readonly Omit<Ticket, 'invGateId'>[],
): Promise<Ticket[]> {
  const rows = await eventually(async () => {
    const found = await sql(s.database, 'SELECT id, inv_gate_id FROM tickets WHERE inv_gate_id IS NOT NULL')
    assert.equal(found.length, tickets.length)
    return found
  }, 60_000)
  const numbers = new Map(rows.map(({ id, inv_gate_id }) => [id, Number(inv_gate_id)]))
  return tickets.map((ticket) => ({ ...ticket, invGateId: numbers.get(ticket.id) ?? 0 }))
}

/** By turns in the one dialect and in the other. */
async function build(
  s: TicketService,
  number: number,
  owner: Member,
  agent: Member | null,
  helper: Member,
): Promise<Omit<Ticket, 'invGateId' | 'cannedReplyId'>> {
  const mark = (part: Part) => markOf({ number }, part)
  const isWerk = number % 2 === 0
  const ids = isWerk ? await raiseInWerk(s, owner, mark) : await raiseInTickets(s, owner, mark)
  const { id } = ids
  await ask(s, 'PUT', `/tickets/${id}/tags`, helper, { tags: [mark('tag')] })
  await accepted(patch(s.app, helper, id, { fields: { open: mark('field'), closed: mark('secret') } }))
  const isRated = number % 3 === 0
  if (isRated) {
    await accepted(patch(s.app, owner, id, { status: 'closed' }))
    await ask(s, 'POST', `/tickets/${id}/rating`, owner, { score: 3, comment: mark('rating') })
  }
  if (agent !== null) await accepted(patch(s.app, helper, id, { agent_id: agent.uid }))
  // What was told before is told; from now on everything is told of the ticket as it will be looked at.
  await sql(s.database, `DELETE FROM notifications WHERE ticket_id = '${id}'`)
  const file = await upload(s, owner, mark('file'))
  await accepted(replyTo(s.app, owner, id, { message: mark('reply'), attachment_url: file }))
  const notefile = await upload(s, helper, mark('notefile'))
  const note = { message: mark('note'), internal: true, attachment_url: notefile }
  await accepted(replyTo(s.app, helper, id, note))
  await accepted(replyTo(s.app, helper, id, { message: 'an answer' }))
  const uploads = { attachment: null, upload: null, ...ids.files, file, notefile }
  return { id, tenantId: owner.tenantId, owner, agent, uploads, isRated, number }
}

type Raising = (
  s: TicketService,
  owner: Member,
  mark: (part: Part) => string,
) => Promise<{ id: string; files: { attachment: string } | { upload: string } }>

const raiseInWerk: Raising = async (s, owner, mark) => {
  const name = `${mark('attachment')}.txt`
  const invGateId = Number(
    (
      await ask(s, 'POST', '/api/tickets', owner, {
        ...{ title: mark('title'), description: mark('description') },
        attachments: [{ filename: name, content_base64: btoa(mark('attachment')) }],
      })
    ).id,
  )
  const detail = (await read(s.app, owner, `/api/tickets/${invGateId}`)).json()
  const attachment: string = detail.attachments[0].url
  return { id: attachment.split('/')[2] ?? '', files: { attachment } }
}

const raiseInTickets: Raising = async (s, owner, mark) => {
  const url = await upload(s, owner, mark('upload'))
  const fields = { title: mark('title'), description: mark('description'), attachment_url: url }
  const { id } = await raise(s.app, owner, fields)
  return { id, files: { upload: url } }
}

async function upload(s: TicketService, by: Member, text: string): Promise<string> {
  const payload = { filename: `${text}.txt`, content_base64: btoa(text) }
  const { data } = await ask(s, 'POST', '/attachments', by, payload)
  return String((data as Record<string, unknown>).attachment_url)
}

async function ask(s: TicketService, method: 'POST' | 'PUT', url: string, by: Member, payload: object) {
  return accepted(s.app.inject({ method, url, headers: by.headers, payload }))
}

async function accepted(
  asked: Promise<{ statusCode: number; body: string; json(): Record<string, unknown> }>,
) {
  const answer = await asked
  assert.ok(answer.statusCode < 300, answer.body)
  return answer.json()
}
