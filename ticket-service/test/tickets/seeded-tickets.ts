import { connect } from '@werk/shared/database/migration-connection'
import { v7 as uuidv7 } from 'uuid'
import type { Member } from '../kit/desk.ts'
import { member } from '../kit/desk.ts'

export type Seeded = {
  id: string
  tenantId: number
  owner: Member
  memberId: number
  agentId: number | null
  title: string
  description: string
  category: string
  priority: string
  status: string
  createdAt: Date
  responseDueAt: Date | null
  resolutionDueAt: Date | null
  firstResponseAt: Date | null
  stoppedAt: Date | null
  tags: string[]
  replies: { message: string; internal: boolean }[]
}

export const statuses = ['open', 'in_progress', 'resolved', 'closed'] as const
export const priorities = ['low', 'medium', 'high'] as const
export const categories = ['billing', 'technical', 'account', 'service'] as const
export const words =
  'printer lamp invoice router keyboard window garden tunnel orchard kettle violin copper'.split(' ')
export const tags = ['urgent', 'vip', 'hardware'] as const

/** Who raises tickets, in each of the tenants 1 and 2. */
export const owners = [1, 2].flatMap((tenant) => [
  ...[1, 2, 3].map((number) => member(tenant * 100 + number, 'user', tenant)),
  member(tenant * 100 + 4, 'committee', tenant),
  member(tenant * 100 + 11, 'agent', tenant),
  member(tenant * 100 + 21, 'admin', tenant),
])
/** Who is assigned to them. */
export const agentsOf = (tenant: number) => [11, 12, 21].map((number) => tenant * 100 + number)

export const hour = 60 * 60 * 1000

export type Random = ReturnType<typeof createRandom>

/** The same numbers for the same seed (mulberry32). */
export function createRandom(seed: number) {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  const pick = <T>(from: readonly T[]): T => {
    const found = from[below(from.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }
  return { next, below, pick, chance: (share: number) => next() < share }
}

/** Tickets of the last 30 days, in the order of their ids. Nothing lies within an hour of now. */
export function makeTickets(random: Random, count: number, now: Date): Seeded[] {
  const at = (fromHours: number, toHours: number) =>
    new Date(now.getTime() + (fromHours + random.next() * (toHours - fromHours)) * hour)
  const text = (length: number) => Array.from({ length }, () => random.pick(words)).join(' ')
  const make = (): Seeded => {
    const owner = random.pick(owners)
    const { tenantId } = owner
    const createdAt = at(-30 * 24, -2)
    const status = random.pick(statuses)
    const hasSla = random.chance(0.7)
    const due = () => (hasSla ? (random.chance(0.5) ? at(-48, -1) : at(1, 48)) : null)
    return {
      id: uuidv7({ msecs: createdAt.getTime() }),
      tenantId,
      owner,
      memberId: random.chance(0.8) ? owner.uid : tenantId * 100 + 2,
      agentId: random.chance(0.4) ? null : random.pick(agentsOf(tenantId)),
      title: text(3),
      description: text(8),
      category: random.pick(categories),
      priority: random.pick(priorities),
      status,
      createdAt,
      responseDueAt: due(),
      resolutionDueAt: due(),
      firstResponseAt: random.chance(0.5) ? at(-40, -2) : null,
      stoppedAt: status === 'resolved' || status === 'closed' || random.chance(0.2) ? at(-40, -2) : null,
      tags: tags.filter(() => random.chance(0.3)),
      replies: Array.from({ length: random.below(4) }, () => ({
        message: text(5),
        internal: random.chance(0.4),
      })),
    }
  }
  return Array.from({ length: count }, make).toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** Writes them past the app. */
export async function seedTickets({ url }: { url: string }, tickets: readonly Seeded[]): Promise<void> {
  const connection = await connect(url)
  try {
    await connection.query("SET time_zone = '+00:00'")
    await connection.batch(
      `INSERT INTO tickets (id, tenant_id, source_id, creator_id, customer_id, category_id, type_id, priority_id, title,
         description, creator_email, creator_key, user_id, member_id, agent_id, category, priority, status, created_at,
         updated_at, synced_at, response_due_at, resolution_due_at, first_response_at, sla_stopped_at)
       VALUES (?, ?, 1, 1, 1, 1, 1, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      tickets.map((t) => [
        ...[
          t.id,
          t.tenantId,
          t.title,
          t.description,
          t.owner.sub,
          t.owner.sub,
          t.owner.uid,
          t.memberId,
          t.agentId,
        ],
        ...[t.category, t.priority, t.status, ...[t.createdAt, t.createdAt, t.createdAt].map(inUtc)],
        ...[t.responseDueAt, t.resolutionDueAt, t.firstResponseAt, t.stoppedAt].map(inUtc),
      ]),
    )
    const replies = tickets.flatMap((t) =>
      t.replies.map(({ message, internal }) => [uuidv7(), t.id, message, internal, inUtc(t.createdAt)]),
    )
    if (replies.length > 0)
      await connection.batch(
        `INSERT INTO ticket_replies (id, ticket_id, origin, user_id, author_name, message, internal, is_solution, created_at)
          VALUES (?, ?, 'here', 1, 'somebody', ?, ?, FALSE, ?)`,
        replies,
      )
    const tagged = tickets.flatMap((t) => t.tags.map((tag) => [t.id, tag, t.tenantId]))
    if (tagged.length > 0)
      await connection.batch('INSERT INTO ticket_tags (ticket_id, tag, tenant_id) VALUES (?, ?, ?)', tagged)
  } finally {
    await connection.end()
  }
}

function inUtc(at: Date | null): string | null {
  return at === null ? null : at.toISOString().replace('T', ' ').replace('Z', '')
}
