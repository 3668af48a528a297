import { inTransaction, type Pool } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import type { Attachment, MirroredFields, Ticket } from './ticket.ts'
import type { TicketScope } from './ticket-scope.ts'
import { UnstorableTicketError } from './tickets.errors.ts'
import {
  attachmentColumns,
  attachmentValues,
  insertAttachment,
  insertTicket,
  ticketColumns,
  ticketValues,
  toAttachment,
  toTicket,
} from './tickets.rows.ts'

export type TicketsRepository = {
  /**
   * Writes a ticket with its attachments, or nothing. One that is there already (same id) is left as it is.
   * @throws UnstorableTicketError where trying again is in vain
   */
  insert(ticket: Ticket, attachments: readonly Attachment[]): Promise<void>
  /** By InvGate's id, within a scope. */
  findByInvGateId(scope: TicketScope, invGateId: number): Promise<Ticket | null>
  /** By our own id, within a scope. */
  findById(scope: TicketScope, id: string): Promise<Ticket | null>
  /** The next tickets after InvGate's id `after`, by that id. */
  list(scope: TicketScope, after: number, limit: number): Promise<Ticket[]>
  /** Takes over what InvGate says, unless the mirror was refreshed later than `syncedAt`. */
  refresh(id: string, fields: MirroredFields, syncedAt: Date): Promise<void>
  listAttachments(ticketId: string): Promise<Attachment[]>
  findAttachment(ticketId: string, id: string): Promise<Attachment | null>
}

/** SQL by the driver itself, because these are the service's hot paths (docs/adr/0003-prisma-and-the-driver.md). */
export function createTicketsRepository(pool: Pool): TicketsRepository {
  const findOne = async (scope: TicketScope, column: 'id' | 'inv_gate_id', value: string | number) => {
    const { where, values } = whereInScope(scope)
    const rows = await pool.execute(`SELECT ${ticketColumns} FROM tickets WHERE ${where} AND ${column} = ?`, [
      ...values,
      value,
    ])
    return rows.length === 0 ? null : toTicket(rows[0])
  }

  return {
    insert: (ticket, attachments) =>
      inTransaction(pool, async (connection) => {
        const known = await connection.execute('SELECT 1 FROM tickets WHERE id = ?', [ticket.id])
        if (known.length > 0) return
        await connection.execute(insertTicket, ticketValues(ticket))
        for (const attachment of attachments)
          await connection.execute(insertAttachment, attachmentValues(attachment))
      }).catch((error: unknown) => {
        throw isRowAtFault(error) ? new UnstorableTicketError(error) : error
      }),

    findByInvGateId: (scope, invGateId) => findOne(scope, 'inv_gate_id', invGateId),
    // Whoever asks gives any text; comparing one beyond ASCII with these columns would be an error to MySQL.
    findById: async (scope, id) => (isUuid(id) ? findOne(scope, 'id', id) : null),

    async list(scope, after, limit) {
      const { where, values } = whereInScope(scope)
      const rows = await pool.execute(
        `SELECT ${ticketColumns} FROM tickets WHERE ${where} AND inv_gate_id > ? ORDER BY inv_gate_id LIMIT ?`,
        [...values, after, limit],
      )
      return rows.map(toTicket)
    },

    async refresh(id, fields, syncedAt) {
      await pool.execute(
        `UPDATE tickets SET title = ?, description = ?, category_id = ?, priority_id = ?, type_id = ?, status = ?,
           updated_at = ?, synced_at = ? WHERE id = ? AND synced_at <= ?`,
        [
          fields.title,
          fields.description,
          fields.categoryId,
          fields.priorityId,
          fields.typeId,
          fields.status,
          fields.updatedAt,
          syncedAt,
          id,
          syncedAt,
        ],
      )
    },

    async listAttachments(ticketId) {
      const rows = await pool.execute(
        `SELECT ${attachmentColumns} FROM attachments WHERE ticket_id = ? ORDER BY id`,
        [ticketId],
      )
      return rows.map(toAttachment)
    },

    async findAttachment(ticketId, id) {
      if (!isUuid(id)) return null
      const rows = await pool.execute(
        `SELECT ${attachmentColumns} FROM attachments WHERE ticket_id = ? AND id = ?`,
        [ticketId, id],
      )
      return rows.length === 0 ? null : toAttachment(rows[0])
    },
  }
}

/** Whether the row itself is at fault: SQLSTATE classes 22 (data) and 23 (integrity). */
function isRowAtFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    'sqlState' in error &&
    typeof error.sqlState === 'string' &&
    /^2[23]/.test(error.sqlState)
  )
}

/** The length besides, because MySQL's comparison overlooks blanks at the end, and these make another name. */
function whereInScope({ tenantId, creatorKey }: TicketScope): { where: string; values: (string | number)[] } {
  return creatorKey === null
    ? { where: 'tenant_id = ?', values: [tenantId] }
    : {
        where: 'tenant_id = ? AND creator_key = ? AND LENGTH(creator_key) = ?',
        values: [tenantId, creatorKey, Buffer.byteLength(creatorKey)],
      }
}
