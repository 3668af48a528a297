import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import { importedTicketId } from './imported-ticket-id.ts'
import type { Attachment, MirroredFields, Ticket } from './ticket.ts'
import type { TicketScope } from './ticket-scope.ts'
import { TicketTakenError, UnstorableTicketError } from './tickets.errors.ts'
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
   * Writes a ticket with its attachments. One that is there already (same id) is left as it is.
   * @throws TicketTakenError when another ticket has InvGate's id, UnstorableTicketError where trying again is in vain
   */
  insert(tx: PoolConnection, ticket: Ticket, attachments: readonly Attachment[]): Promise<void>
  /** By our own id, whoever asks: for the workers. */
  exists(id: string): Promise<boolean>
  /** By InvGate's id, within a scope. */
  findByInvGateId(scope: TicketScope, invGateId: number): Promise<Ticket | null>
  /** By our own id, within a scope. */
  findById(scope: TicketScope, id: string): Promise<Ticket | null>
  /** The next tickets after InvGate's id `after`, by that id. */
  list(scope: TicketScope, after: number, limit: number): Promise<Ticket[]>
  /** Takes over what InvGate says, unless the mirror was refreshed later than `syncedAt`. */
  refresh(id: string, fields: MirroredFields, syncedAt: Date): Promise<void>
  /** InvGate's incident turned out to be one of ours: the ticket that the sync made of it gives way. */
  removeImported(invGateId: number, tx?: PoolConnection): Promise<void>
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
    async insert(tx, ticket, attachments) {
      try {
        await tx.execute(insertTicket, ticketValues(ticket))
      } catch (error) {
        if (isDuplicateOf(error, 'PRIMARY')) return
        if (isDuplicateOf(error, 'tickets_tenant_id_inv_gate_id_key'))
          throw new TicketTakenError(ticket.invGateId)
        throw isRowAtFault(error) ? new UnstorableTicketError(error) : error
      }
      for (const attachment of attachments) await tx.execute(insertAttachment, attachmentValues(attachment))
    },

    async exists(id) {
      return (await pool.execute('SELECT 1 FROM tickets WHERE id = ?', [id])).length > 0
    },

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
           assigned_id = ?, assigned_group_id = ?, closed_at = ?, updated_at = ?, synced_at = ?
          WHERE id = ? AND synced_at <= ?`,
        [
          fields.title,
          fields.description,
          fields.categoryId,
          fields.priorityId,
          fields.typeId,
          fields.status,
          fields.assignedId,
          fields.assignedGroupId,
          fields.closedAt,
          fields.updatedAt,
          syncedAt,
          id,
          syncedAt,
        ],
      )
    },

    async removeImported(invGateId, tx) {
      await (tx ?? pool).execute('DELETE FROM tickets WHERE id = ?', [importedTicketId(invGateId)])
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

/** MySQL names the key with its table, MariaDB without. */
function isDuplicateOf(error: unknown, key: string): boolean {
  return (
    error instanceof Error &&
    'errno' in error &&
    error.errno === 1062 &&
    new RegExp(`for key '(tickets\\.)?${key}'`).test(error.message)
  )
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
