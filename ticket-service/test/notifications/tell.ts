import { createPool, inTransaction } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import { createTellOthers } from '../../src/notifications/tell-others.ts'
import { createToldRepository } from '../../src/notifications/told.repository.ts'
import type { Actor, TellOthers, TicketEvent, TicketOfEvent } from '../../src/tickets/ticket-event.ts'
import { sql } from '../kit/sql.ts'

type Database = { url: string }

/** Somebody of the directory. */
export type Person = {
  id: number
  tenant?: number
  role?: string
  active?: boolean
  key?: string
  email?: string | null
}

export async function addPeople(database: Database, people: readonly Person[]): Promise<void> {
  const rows = people.map(({ id, tenant = 1, role = 'user', active = true, key, email }) => {
    const address = email === undefined ? `p${id}@example.com` : email
    return `(${id}, ${tenant}, 'Person', '${id}', ${address === null ? 'NULL' : `'${address}'`}, '${key ?? address ?? `p${id}`}', '${role}', ${active})`
  })
  await sql(
    database,
    `INSERT INTO directory_users (id, tenant_id, name, last_name, email, login_key, role, active) VALUES ${rows.join(', ')}`,
  )
}

export const person = (id: number, more: Partial<Actor> = {}): Actor => ({
  kind: 'person',
  id,
  key: `p${id}@example.com`,
  name: `Person ${id}`,
  address: '192.0.2.1',
  requestId: 'r',
  ...more,
})

export const nobody = (kind: 'invgate' | 'service'): Actor => ({
  kind,
  id: null,
  key: null,
  name: kind,
  address: null,
  requestId: null,
})

export const ticketOf = (more: Partial<TicketOfEvent> = {}): TicketOfEvent => ({
  id: uuidv7(),
  tenantId: 1,
  title: 'The printer is on fire',
  status: 'open',
  priority: 'high',
  category: 'technical',
  userId: null,
  creatorKey: '',
  agentId: null,
  escalationLevel: 0,
  ...more,
})

type Kind = TicketEvent['kind']
type Particulars<K extends Kind> = Omit<Extract<TicketEvent, { kind: K }>, 'kind' | 'ticket' | 'actor' | 'at'>

export function eventOf<K extends Kind>(kind: K, ticket: TicketOfEvent, actor: Actor, more: Particulars<K>) {
  return { kind, ticket, actor, at: new Date(), ...more } as Extract<TicketEvent, { kind: K }>
}

export const reply = (message: string, more: { internal?: boolean; mentions?: number[] } = {}) => ({
  reply: { id: uuidv7(), message, internal: false, mentions: [], ...more },
})

/** Says something in a transaction of its own. */
export function createTell({ url }: Database, make?: () => TellOthers) {
  const pool = createPool({
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: 5,
    DATABASE_ACQUIRE_TIMEOUT_MS: 5000,
    DATABASE_STATEMENT_TIMEOUT_MS: 5000,
  })
  const tellOthers =
    make?.() ??
    createTellOthers({ told: createToldRepository(), mailByDefault: null, announce: async () => {} })
  return {
    pool,
    tell: (event: TicketEvent) => inTransaction(pool, (tx) => tellOthers(tx, event)),
    tellOthers,
    end: () => pool.end(),
  }
}

/** Who was told of a ticket, in the order of their numbers. */
export async function toldOf(database: Database, ticketId: string): Promise<number[]> {
  const rows = await sql(
    database,
    `SELECT user_id FROM notifications WHERE ticket_id = '${ticketId}' ORDER BY user_id`,
  )
  return rows.map(({ user_id }) => Number(user_id))
}
