import { bearer } from '@werk/shared/test-kit/sign-token'
import { type Member, member } from '../kit/desk.ts'
import type { Seeded } from './seeded-tickets.ts'

/** Somebody who lists tickets. What contract 7 shows them is written here by hand. */
export type Viewer = {
  member: Member
  /** The tenant they work in. */
  tenantId: number
  headers: Record<string, string>
  raised(ticket: Seeded): boolean
  /** Whether they are one of those who answer it, and so see its internal notes and how it is sorted. */
  answers(ticket: Seeded): boolean
}

const raisedBy = (by: Member) => (ticket: Seeded) => ticket.owner.sub === by.sub
const never = () => false
const always = () => true
const ofDesk = (uid: number | null) => (ticket: Seeded) => ticket.agentId === null || ticket.agentId === uid

function viewer(by: Member, answers: Viewer['answers'], more: Partial<Viewer> = {}): Viewer {
  return { member: by, tenantId: by.tenantId, headers: by.headers, raised: raisedBy(by), answers, ...more }
}

const [user, committee, agent] = [member(101), member(104, 'committee'), member(111, 'agent')]
const [otherAgent, admin, vendor] = [member(112, 'agent'), member(121, 'admin'), member(131, 'vendor')]
const withoutNumber = ({ sub, role, tenantId }: Member) => ({
  headers: bearer({ sub, role, tenant_id: tenantId }),
})

export const viewers: Record<string, Viewer> = {
  'a user': viewer(user, never),
  'a user by a token without a number': viewer(user, never, withoutNumber(user)),
  'a committee member': viewer(committee, never),
  'a user who raised nothing': viewer(member(199), never),
  // The name went to them, and what was raised under it stays with whom it was raised by.
  'an account that has another’s name now': viewer(user, never, {
    headers: bearer({ sub: user.sub, uid: 198 }),
    raised: never,
  }),
  'an agent': viewer(agent, ofDesk(agent.uid)),
  'an agent who raised nothing': viewer(otherAgent, ofDesk(otherAgent.uid)),
  'an agent by a token without a number': viewer(agent, ofDesk(null), withoutNumber(agent)),
  'an admin': viewer(admin, always),
  'a vendor': viewer(vendor, always),
  'an admin of tenant 2': viewer(member(221, 'admin', 2), always),
  'an operator in tenant 2': viewer(vendor, always, {
    headers: { ...vendor.headers, 'x-tenant-id': '2' },
    tenantId: 2,
  }),
  'somebody of tenant 3': viewer(member(301, 'admin', 3), always),
}

export type Query = Partial<
  Record<
    | 'status'
    | 'priority'
    | 'category'
    | 'member_id'
    | 'agent_id'
    | 'unassigned'
    | 'creator'
    | 'created_from'
    | 'created_to'
    | 'overdue'
    | 'tag'
    | 'q',
    string
  >
>

/** What a list has to show, in order. @param now moment of the list */
export function expected(tickets: readonly Seeded[], by: Viewer, query: Query, now: Date): Seeded[] {
  return tickets.filter((t) => {
    if (t.tenantId !== by.tenantId) return false
    const answers = by.answers(t)
    const isShown = answers || by.raised(t)
    return (
      isShown && isMeant(t, query, now) && isFound(t, query.q, answers) && isTagged(t, query.tag, answers)
    )
  })
}

function isMeant(t: Seeded, query: Query, now: Date): boolean {
  const { member_id, agent_id, created_from, created_to } = query
  return (
    (query.status === undefined || t.status === query.status) &&
    (query.priority === undefined || t.priority === query.priority) &&
    (query.category === undefined || t.category === query.category) &&
    (member_id === undefined || t.memberId === Number(member_id)) &&
    (agent_id === undefined || t.agentId === Number(agent_id)) &&
    (query.unassigned !== 'true' || t.agentId === null) &&
    (query.creator === undefined || t.owner.sub === query.creator.toLowerCase()) &&
    (created_from === undefined || t.createdAt >= new Date(created_from)) &&
    (created_to === undefined || t.createdAt < new Date(created_to)) &&
    (query.overdue !== 'true' || isOverdue(t, now))
  )
}

function isOverdue(t: Seeded, now: Date): boolean {
  if (t.stoppedAt !== null || (t.status !== 'open' && t.status !== 'in_progress')) return false
  const isPast = (due: Date | null) => due !== null && due < now
  return isPast(t.resolutionDueAt) || (t.firstResponseAt === null && isPast(t.responseDueAt))
}

/** Whether one text of it, the title and the description being one, has words that begin as each word that was typed. */
function isFound(t: Seeded, typed: string | undefined, withInternal: boolean): boolean {
  if (typed === undefined) return true
  const wanted = typed.toLowerCase().split(' ')
  const replies = t.replies.filter(({ internal }) => withInternal || !internal)
  const texts = [`${t.title} ${t.description}`, ...replies.map(({ message }) => message)]
  return texts.some((text) => wanted.every((word) => text.split(' ').some((found) => found.startsWith(word))))
}

function isTagged(t: Seeded, tag: string | undefined, answers: boolean): boolean {
  return tag === undefined || (answers && t.tags.includes(tag))
}
