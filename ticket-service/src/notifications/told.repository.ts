import { type Role, toRole } from '@werk/shared/auth/principal'
import { type PoolConnection, together } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import { type Audience, staffRoles } from './audience.ts'
import type { Notification, NotificationKind, Recipient } from './notification.ts'

export type Told = Omit<Notification, 'id' | 'readAt'> &
  Recipient & {
    /** What else a mail says, and to whom it may go; null where none is wanted. */
    mail: { body: string | null; staffOnly: boolean } | null
  }

/** Somebody of an audience. `as`: what the directory says of them, null where it does not know them yet. */
export type Meant = { userId: number; byMail: boolean; as: { role: Role; key: string } | null }

type Choice = { kind: NotificationKind; mail: { byDefault: boolean } | null }

export type ToldRepository = {
  /** Each person of an audience once, and whether they want a mail of this kind. */
  find(tx: PoolConnection, audience: Audience, choice: Choice): Promise<Meant[]>
  insert(tx: PoolConnection, told: readonly Told[]): Promise<void>
}

type MeantRow = { user_id: number; by_mail: number; role: string | null; login_key: string | null }
type Sql = { text: string; values: unknown[] }

/** Of one role, and of one ticket's watchers. */
const mostOfAKind = 200

/**
 * Writes `notifications` and `notification_deliveries`. The people are read beforehand and not by INSERT … SELECT, which
 * would lock their rows: raising tickets would wait while the directory is being replaced.
 */
export function createToldRepository(): ToldRepository {
  return {
    async find(tx, audience, { kind, mail }) {
      const meant = whoIsMeant(audience)
      if (meant.length === 0) return []
      const who = {
        text: meant.map(({ text }) => text).join(' UNION '),
        values: meant.flatMap(({ values }) => values),
      }
      const allowed = whoIsAllowed(audience)
      const mailed = mail === null ? noMail : wantsMail(kind, mail.byDefault)
      const rows = await tx.query<MeantRow[]>(
        `SELECT told.id AS user_id, ${mailed.columns} AS by_mail, u.role, u.login_key FROM (SELECT id, MIN(by_role) AS by_role FROM (${who.text}) ways GROUP BY id) told
          LEFT JOIN directory_users u ON u.id = told.id ${mailed.join.text} WHERE ${allowed.text}`,
        [...mailed.values, ...who.values, ...mailed.join.values, ...allowed.values],
      )
      return rows.map(toMeant)
    },

    async insert(tx, told) {
      if (told.length === 0) return
      const rows = told.map((one) => ({ ...one, id: uuidv7() }))
      const mails = rows.flatMap(({ id, mail }) => (mail === null ? [] : [{ id, ...mail }]))
      await together([
        insertRows(
          tx,
          'notifications (id, tenant_id, user_id, kind, ticket_id, actor_id, title, message, created_at)',
          rows.map((row) => [
            ...[row.id, row.tenantId, row.userId, row.kind, row.ticketId],
            ...[row.actorId, row.title, row.message, row.createdAt],
          ]),
        ),
        insertRows(
          tx,
          'notification_deliveries (id, notification_id, channel, staff_only, body, state)',
          mails.map(({ id, staffOnly, body }) => [uuidv7(), id, 'email', staffOnly, body, 'pending']),
        ),
      ])
    },
  }
}

function toMeant({ user_id, by_mail, role, login_key }: MeantRow): Meant {
  const as = role === null || login_key === null ? null : { role: toRole(role), key: login_key }
  return { userId: user_id, byMail: by_mail === 1, as }
}

/** One way to each person, each by an index. `by_role`: only for what they are, as are all of their kind. */
function whoIsMeant({ tenantId, ticketId, people, roles, watchers }: Audience): Sql[] {
  const ways: Sql[] = people.ids.map((id) => ({
    text: 'SELECT CAST(? AS UNSIGNED) AS id, 0 AS by_role',
    values: [id],
  }))
  if (people.keys.length > 0)
    ways.push({
      text: 'SELECT id, 0 AS by_role FROM directory_users WHERE login_key IN (?) AND tenant_id = ?',
      values: [people.keys, tenantId],
    })
  for (const role of roles)
    ways.push({
      text: '(SELECT id, 1 AS by_role FROM directory_users WHERE tenant_id = ? AND role = ? AND active ORDER BY id LIMIT ?)',
      values: [tenantId, role, mostOfAKind],
    })
  if (watchers)
    ways.push({
      text: '(SELECT user_id AS id, 0 AS by_role FROM ticket_watchers WHERE ticket_id = ? AND tenant_id = ? LIMIT ?)',
      values: [ticketId, tenantId, mostOfAKind],
    })
  return ways
}

/**
 * Whom the directory does not know yet, it has not deactivated: an account is told of a ticket that it raised a moment
 * after it was made. What is for staff, only those get who are known to be.
 */
function whoIsAllowed({ tenantId, staffOnly, except }: Audience): Sql {
  const known = 'u.tenant_id = ? AND u.active'
  const conditions: Sql[] = [
    staffOnly
      ? { text: `${known} AND u.role IN (?)`, values: [tenantId, staffRoles] }
      : { text: `(u.id IS NULL OR (${known}))`, values: [tenantId] },
  ]
  if (except.ids.length > 0) conditions.push({ text: 'told.id NOT IN (?)', values: [except.ids] })
  if (except.keys.length > 0)
    conditions.push({ text: '(u.id IS NULL OR u.login_key NOT IN (?))', values: [except.keys] })
  return {
    text: conditions.map(({ text }) => text).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  }
}

const noMail = { columns: '0', values: [] as unknown[], join: { text: '', values: [] } as Sql }

function wantsMail(kind: NotificationKind, byDefault: boolean): typeof noMail {
  return {
    columns: 'u.email IS NOT NULL AND COALESCE(s.enabled, ? AND NOT told.by_role)',
    values: [byDefault],
    join: {
      text: "LEFT JOIN notification_settings s ON s.user_id = told.id AND s.channel = 'email' AND s.kind = ?",
      values: [kind],
    },
  }
}

async function insertRows(tx: PoolConnection, into: string, rows: unknown[][]): Promise<void> {
  if (rows.length === 0) return
  const places = rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ')
  await tx.query(`INSERT INTO ${into} VALUES ${places}`, rows.flat())
}
