import { isRowAtFault } from '@werk/shared/database/is-row-at-fault'
import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import type { Attachment, NewTicket, Ticket } from './ticket.ts'
import { maySee, type TicketScope } from './ticket-policy.ts'
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
   * @returns whether it was written
   * @throws TicketTakenError when another ticket has InvGate's id, UnstorableTicketError where trying again is in vain
   */
  insert(tx: PoolConnection, ticket: NewTicket, attachments: readonly Attachment[]): Promise<boolean>
  /** Whether the ticket is here and InvGate is known to have it; by our own id, whoever asks: for the workers. */
  isMirrored(id: string): Promise<boolean>
  /** By InvGate's id, within a scope. */
  findByInvGateId(scope: TicketScope, invGateId: number): Promise<Ticket | null>
  /** By our own id, within a scope. */
  findById(scope: TicketScope, id: string): Promise<Ticket | null>
  /** The next of those that InvGate has after its id `after`, by that id; of one creator alone unless that is null. */
  list(scope: TicketScope, creatorKey: string | null, after: number, limit: number): Promise<Ticket[]>
  /** InvGate's incident turned out to be one of ours: the ticket that the sync made of it gives way. */
  removeImported(invGateId: number, tx?: PoolConnection): Promise<void>
  listAttachments(ticketId: string): Promise<Attachment[]>
  findAttachment(ticketId: string, id: string): Promise<Attachment | null>
}

/** SQL by the driver itself, because these are the service's hot paths (docs/adr/0003-prisma-and-the-driver.md). */
export function createTicketsRepository(pool: Pool): TicketsRepository {
  const findOne = async (scope: TicketScope, column: 'id' | 'inv_gate_id', value: string | number) => {
    const rows = await pool.execute(
      `SELECT ${ticketColumns} FROM tickets WHERE tenant_id = ? AND ${column} = ?`,
      [scope.tenantId, value],
    )
    const ticket = rows.length === 0 ? null : toTicket(rows[0])
    return ticket !== null && maySee(scope, ticket) ? ticket : null
  }

  return {
    async insert(tx, ticket, attachments) {
      try {
        await tx.execute(insertTicket, ticketValues(ticket))
      } catch (error) {
        if (isDuplicateOf(error, 'PRIMARY')) return false
        if (isDuplicateOf(error, 'tickets_tenant_id_inv_gate_id_key'))
          throw new TicketTakenError(ticket.invGateId ?? 0)
        throw isRowAtFault(error) ? new UnstorableTicketError(error) : error
      }
      for (const attachment of attachments) await tx.execute(insertAttachment, attachmentValues(attachment))
      return true
    },

    async isMirrored(id) {
      const statement = 'SELECT 1 FROM tickets WHERE id = ? AND inv_gate_id IS NOT NULL'
      return (await pool.execute(statement, [id])).length > 0
    },

    findByInvGateId: (scope, invGateId) => findOne(scope, 'inv_gate_id', invGateId),
    // Whoever asks gives any text; comparing one beyond ASCII with these columns would be an error to MySQL.
    findById: async (scope, id) => (isUuid(id) ? findOne(scope, 'id', id) : null),

    async list(scope, creatorKey, after, limit) {
      const { where, values } = whereInScope(scope, creatorKey)
      const rows = await pool.execute(
        `SELECT ${ticketColumns} FROM tickets WHERE ${where} AND inv_gate_id > ? ORDER BY inv_gate_id LIMIT ?`,
        [...values, after, limit],
      )
      return rows.map(toTicket)
    },

    async removeImported(invGateId, tx) {
      const from = tx ?? pool
      // Looked up without locks: a delete by InvGate's id would wait for whoever is just storing a ticket under it.
      const rows = await from.execute<{ id: string }[]>(
        "SELECT id FROM tickets WHERE inv_gate_id = ? AND origin = 'invgate'",
        [invGateId],
      )
      for (const { id } of rows) await from.execute('DELETE FROM tickets WHERE id = ?', [id])
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

type Where = { where: string; values: (string | number)[] }

function whereInScope({ tenantId, viewer }: TicketScope, creatorKey: string | null): Where {
  const { sees, uid, key } = viewer
  const own = isCreator(key, uid)
  const parts: Where[] = [{ where: 'tenant_id = ?', values: [tenantId] }]
  if (creatorKey !== null) parts.push(isCreator(creatorKey, null))
  if (sees === 'own') parts.push(own)
  if (sees === 'desk')
    parts.push({
      where: `(agent_id IS NULL OR agent_id = ? OR (${own.where}))`,
      values: [uid ?? 0, ...own.values],
    })
  return {
    where: parts.map(({ where }) => where).join(' AND '),
    values: parts.flatMap(({ values }) => values),
  }
}

/** The length besides, because MySQL's comparison overlooks blanks at the end, and these make another name. */
function isCreator(key: string, uid: number | null): Where {
  return {
    where: `creator_key = ? AND LENGTH(creator_key) = ?${uid === null ? '' : ' AND (user_id IS NULL OR user_id = ?)'}`,
    values: [key, Buffer.byteLength(key), ...(uid === null ? [] : [uid])],
  }
}
