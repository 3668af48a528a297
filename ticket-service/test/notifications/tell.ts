import { createPool, inTransaction } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import { mailByDefault } from '../../src/notifications/notification-settings.ts'
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

type Options = { byMail?: boolean; announce?: TellOthers }

/** Says things each in a transaction of its own, as the core does. */
export function createTell({ url }: Database, { byMail = false, announce = async () => {} }: Options = {}) {
  const pool = createPool({
    DATABASE_URL: url,
    DATABASE_POOL_SIZE: 5,
    DATABASE_ACQUIRE_TIMEOUT_MS: 5000,
    DATABASE_STATEMENT_TIMEOUT_MS: 5000,
  })
  const mails = byMail ? mailByDefault : null
  const tellOthers = createTellOthers({ told: createToldRepository(), mailByDefault: mails, announce })
  const available = 'UPDATE notification_deliveries SET available_at ='
  return {
    pool,
    tellOthers,
    tell: (event: TicketEvent) => inTransaction(pool, (tx) => tellOthers(tx, event)),
    tellAndFail: (event: TicketEvent) =>
      inTransaction(pool, async (tx) => {
        await tellOthers(tx, event)
        throw new Error('the cause fails')
      }),
    /** What goes out waits for `release`. */
    tellLater: (event: TicketEvent) =>
      inTransaction(pool, async (tx) => {
        await tellOthers(tx, event)
        await tx.query(`${available} NOW(3) + INTERVAL 1 HOUR WHERE state = 'pending'`)
      }),
    release: () => pool.query(`${available} NOW(3) WHERE state = 'pending'`),
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
