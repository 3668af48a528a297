import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { claimDue } from '@werk/shared/outbox/claim-due'
import type { MirrorJob, ParkedJob } from './mirror-job.ts'

/** InvGate has to get a reply as a comment, or to become what the ticket is. */
export type NewMirrorJob = { kind: 'reply'; replyId: string } | { kind: 'state' }

export type { MirrorJob } from './mirror-job.ts'

export type MirrorJobsRepository = {
  /** None for a ticket that InvGate neither has nor is going to get, such as one that was imported here alone. */
  add(tx: PoolConnection, ticketId: string, jobs: readonly NewMirrorJob[]): Promise<void>
  /** Up to `limit` that are due, of tickets that InvGate has, the oldest of each ticket. */
  claimDue(limit: number, leaseMs: number): Promise<MirrorJob[]>
  /** InvGate is about to be sent it. */
  markSent(id: number, at: Date): Promise<void>
  /** It is certain that what was sent had no effect. */
  markUnsent(id: number): Promise<void>
  finish(id: number, tx?: PoolConnection): Promise<void>
  postpone(id: number, delayMs: number, reason: string): Promise<void>
  /** It never comes due by itself again: an admin decides. */
  park(id: number, reason: string): Promise<void>
  /** Whether InvGate still has to be told of the ticket's state. */
  isStatePending(tx: PoolConnection, ticketId: string): Promise<boolean>
  listParked(tenantId: number, after: number, limit: number): Promise<ParkedJob[]>
  /** One of the tenant's, parked or not. */
  findOfTenant(tenantId: number, id: number): Promise<MirrorJob | null>
  /** A parked one is due again. @returns whether it was parked, and the tenant's */
  retry(tx: PoolConnection, tenantId: number, id: number): Promise<boolean>
  /** Gives a parked one up. */
  drop(tx: PoolConnection, tenantId: number, id: number): Promise<boolean>
  count(): Promise<{ waiting: number; parked: number }>
}

type Row = {
  id: number
  ticket_id: string
  kind: string
  reply_id: string | null
  sent_at: Date | null
  attempts: number
  last_error: string | null
}
type ParkedRow = Row & { tenant_id: number; inv_gate_id: number | null; created_at: Date }

const never = "'9999-12-31 00:00:00.000'"
const columns = 'id, ticket_id, kind, reply_id, sent_at, attempts, last_error'

/** In order within a ticket, for a reply must not overtake another; one that is parked holds up nobody. */
const isFirst = `NOT EXISTS (SELECT 1 FROM mirror_jobs earlier
    WHERE earlier.ticket_id = mirror_jobs.ticket_id AND earlier.id < mirror_jobs.id AND earlier.available_at < ${never})
  AND EXISTS (SELECT 1 FROM tickets WHERE tickets.id = mirror_jobs.ticket_id AND tickets.inv_gate_id IS NOT NULL)`

/** The table `mirror_jobs`. */
export function createMirrorJobsRepository(pool: Pool): MirrorJobsRepository {
  const ofTenant = `id = ? AND available_at = ${never} AND ticket_id IN (SELECT id FROM tickets WHERE tenant_id = ?)`
  const changesOne = async (tx: PoolConnection, statement: string, values: unknown[]) =>
    (await tx.query(statement, values)).affectedRows === 1

  return {
    async add(tx, ticketId, jobs) {
      for (const job of jobs)
        await tx.execute(
          `INSERT INTO mirror_jobs (ticket_id, kind, reply_id) SELECT t.id, ?, ? FROM tickets t WHERE t.id = ?
            AND (t.inv_gate_id IS NOT NULL OR EXISTS (SELECT 1 FROM ticket_intents i WHERE i.id = t.id))`,
          [job.kind, job.kind === 'reply' ? job.replyId : null, ticketId],
        )
    },

    async claimDue(limit, leaseMs) {
      const where = { sql: isFirst, values: [] }
      const rows = await claimDue<Row>(pool, { table: 'mirror_jobs', columns, where, limit, leaseMs })
      return rows.map(toJob)
    },

    async markSent(id, at) {
      await pool.execute('UPDATE mirror_jobs SET sent_at = ? WHERE id = ?', [at, id])
    },

    async markUnsent(id) {
      await pool.execute('UPDATE mirror_jobs SET sent_at = NULL WHERE id = ?', [id])
    },

    async finish(id, tx) {
      await (tx ?? pool).execute('DELETE FROM mirror_jobs WHERE id = ?', [id])
    },

    async postpone(id, delayMs, reason) {
      await pool.execute(
        'UPDATE mirror_jobs SET available_at = NOW(3) + INTERVAL ? MICROSECOND, last_error = ? WHERE id = ?',
        [Math.round(delayMs * 1000), cut(reason), id],
      )
    },

    async park(id, reason) {
      await pool.execute(`UPDATE mirror_jobs SET available_at = ${never}, last_error = ? WHERE id = ?`, [
        cut(reason),
        id,
      ])
    },

    async isStatePending(tx, ticketId) {
      const statement = `SELECT 1 FROM mirror_jobs WHERE ticket_id = ? AND kind = 'state' AND available_at < ${never} LIMIT 1`
      return (await tx.execute(statement, [ticketId])).length > 0
    },

    async listParked(tenantId, after, limit) {
      const rows = await pool.execute<ParkedRow[]>(
        `SELECT ${prefixed('j')}, j.created_at, t.tenant_id, t.inv_gate_id FROM mirror_jobs j JOIN tickets t ON t.id = j.ticket_id
          WHERE t.tenant_id = ? AND j.available_at = ${never} AND j.id > ? ORDER BY j.id LIMIT ?`,
        [tenantId, after, limit],
      )
      return rows.map((row) => ({
        ...toJob(row),
        tenantId: row.tenant_id,
        invGateId: row.inv_gate_id,
        createdAt: row.created_at,
      }))
    },

    async findOfTenant(tenantId, id) {
      const [row] = await pool.execute<Row[]>(
        `SELECT ${columns} FROM mirror_jobs WHERE id = ? AND ticket_id IN (SELECT id FROM tickets WHERE tenant_id = ?)`,
        [id, tenantId],
      )
      return row === undefined ? null : toJob(row)
    },

    retry: (tx, tenantId, id) =>
      changesOne(tx, `UPDATE mirror_jobs SET available_at = NOW(3), attempts = 0 WHERE ${ofTenant}`, [
        id,
        tenantId,
      ]),
    drop: (tx, tenantId, id) => changesOne(tx, `DELETE FROM mirror_jobs WHERE ${ofTenant}`, [id, tenantId]),

    async count() {
      const [row] = await pool.query<{ waiting: number; parked: number }[]>(
        `SELECT COUNT(*) - COALESCE(SUM(available_at = ${never}), 0) AS waiting,
           COALESCE(SUM(available_at = ${never}), 0) AS parked FROM mirror_jobs`,
      )
      return { waiting: Number(row?.waiting ?? 0), parked: Number(row?.parked ?? 0) }
    },
  }
}

function toJob(row: Row): MirrorJob {
  return {
    id: row.id,
    ticketId: row.ticket_id,
    kind: row.kind === 'reply' ? 'reply' : 'state',
    replyId: row.reply_id,
    sentAt: row.sent_at,
    attempts: row.attempts,
    lastError: row.last_error,
  }
}

function prefixed(table: string): string {
  return columns
    .split(', ')
    .map((column) => `${table}.${column}`)
    .join(', ')
}

function cut(reason: string): string {
  return [...reason].slice(0, 500).join('')
}
