import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import { type DeskTicketRow, deskColumns, toDeskTicket } from '../tickets/desk-tickets.rows.ts'

export type DueEscalation = { ticketId: string; tenantId: number; dueAt: Date }

export type EscalationsRepository = {
  /** The tickets whose next threshold has passed, in the order of that, after the one that was read last. */
  listDue(now: Date, after: DueEscalation | null, limit: number): Promise<DueEscalation[]>
  /** Locks a ticket that is still due; null for one that is not, and for one that somebody else is changing. */
  lockDue(tx: PoolConnection, ticketId: string, now: Date): Promise<DeskTicket | null>
}

type DueRow = { id: string; tenant_id: number; next_escalation_at: Date }

export function createEscalationsRepository(pool: Pool): EscalationsRepository {
  return {
    async listDue(now, after, limit) {
      const rows = await pool.execute<DueRow[]>(
        `SELECT id, tenant_id, next_escalation_at FROM tickets
          WHERE next_escalation_at <= ? AND next_escalation_at >= ? AND (next_escalation_at > ? OR id > ?)
          ORDER BY next_escalation_at, id LIMIT ?`,
        [now, ...(after === null ? beginning : [after.dueAt, after.dueAt, after.ticketId]), limit],
      )
      return rows.map((row) => ({
        ticketId: row.id,
        tenantId: row.tenant_id,
        dueAt: row.next_escalation_at,
      }))
    },

    async lockDue(tx, ticketId, now) {
      const [row] = await tx.execute<DeskTicketRow[]>(
        `SELECT ${deskColumns} FROM tickets t WHERE t.id = ? AND t.next_escalation_at <= ? FOR UPDATE SKIP LOCKED`,
        [ticketId, now],
      )
      return row === undefined ? null : toDeskTicket(row)
    },
  }
}

const epoch = new Date(0)
const beginning = [epoch, epoch, '']
