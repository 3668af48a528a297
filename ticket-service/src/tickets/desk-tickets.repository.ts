import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import type { ChangedFields, DeskTicket } from './desk-ticket.ts'
import { assignmentsOf, type DeskTicketRow, deskColumns, toDeskTicket } from './desk-tickets.rows.ts'
import type { NewTicket, Ticket } from './ticket.ts'
import { TicketTakenError } from './tickets.errors.ts'
import { insertTicket, ticketValues } from './tickets.rows.ts'

/** Who can be assigned: an active agent, admin or vendor of the tenant. */
export type Assignable = { id: number; name: string }

export type DeskTicketsRepository = {
  insert(tx: PoolConnection, ticket: NewTicket): Promise<void>
  /** Whoever asks: the policy is the caller's. */
  find(tenantId: number, id: string): Promise<DeskTicket | null>
  /** The same, and nobody else changes it until the transaction is over. */
  lock(tx: PoolConnection, tenantId: number, id: string): Promise<DeskTicket | null>
  /** By id alone, for what works for all tenants. */
  findAny(id: string): Promise<DeskTicket | null>
  lockAny(tx: PoolConnection, id: string): Promise<DeskTicket | null>
  /** Sets the fields and counts the change. */
  update(tx: PoolConnection, id: string, fields: ChangedFields, at: Date): Promise<void>
  /** InvGate has it now. @throws TicketTakenError when another ticket has InvGate's id */
  link(tx: PoolConnection, id: string, incident: LinkedIncident): Promise<void>
  findAssignable(tx: PoolConnection, tenantId: number, userId: number): Promise<Assignable | null>
  /** Whether the account is one of the tenant's. */
  isMember(tx: PoolConnection, tenantId: number, userId: number): Promise<boolean>
}

/** What InvGate has the ticket as. */
export type LinkedIncident = Pick<
  Ticket,
  'invGateId' | 'sourceId' | 'creatorId' | 'customerId' | 'categoryId' | 'typeId' | 'priorityId' | 'syncedAt'
> & { statusId: number | null }

export function createDeskTicketsRepository(pool: Pool): DeskTicketsRepository {
  const select = `SELECT ${deskColumns} FROM tickets t`
  const first = ([row]: DeskTicketRow[]) => (row === undefined ? null : toDeskTicket(row))

  return {
    async insert(tx, ticket) {
      await tx.execute(insertTicket, ticketValues(ticket))
    },

    async find(tenantId, id) {
      // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL. A UUID is the
      // same in capitals (RFC 9562, 4).
      if (!isUuid(id)) return null
      const values = [id.toLowerCase(), tenantId]
      return first(await pool.execute(`${select} WHERE t.id = ? AND t.tenant_id = ?`, values))
    },

    async lock(tx, tenantId, id) {
      if (!isUuid(id)) return null
      const values = [id.toLowerCase(), tenantId]
      return first(await tx.execute(`${select} WHERE t.id = ? AND t.tenant_id = ? FOR UPDATE`, values))
    },

    async findAny(id) {
      return first(await pool.execute(`${select} WHERE t.id = ?`, [id]))
    },

    async lockAny(tx, id) {
      return first(await tx.execute(`${select} WHERE t.id = ? FOR UPDATE`, [id]))
    },

    async update(tx, id, fields, at) {
      const { columns, values } = assignmentsOf(fields)
      const set = [...columns.map((column) => `${column} = ?`), 'updated_at = ?', 'version = version + 1']
      await tx.query(`UPDATE tickets SET ${set.join(', ')} WHERE id = ?`, [...values, at, id])
    },

    async link(tx, id, incident) {
      try {
        await tx.execute(
          `UPDATE tickets SET inv_gate_id = ?, inv_gate_status_id = ?, source_id = ?, creator_id = ?, customer_id = ?,
             category_id = ?, type_id = ?, priority_id = ?, synced_at = ? WHERE id = ?`,
          [
            incident.invGateId,
            incident.statusId,
            incident.sourceId,
            incident.creatorId,
            incident.customerId,
            incident.categoryId,
            incident.typeId,
            incident.priorityId,
            incident.syncedAt,
            id,
          ],
        )
      } catch (error) {
        if (error instanceof Error && 'errno' in error && error.errno === 1062)
          throw new TicketTakenError(incident.invGateId)
        throw error
      }
    },

    async findAssignable(tx, tenantId, userId) {
      const [row] = await tx.execute<{ id: number; name: string; last_name: string }[]>(
        `SELECT id, name, last_name FROM directory_users
          WHERE id = ? AND tenant_id = ? AND active AND role IN ('agent', 'admin', 'vendor')`,
        [userId, tenantId],
      )
      return row === undefined ? null : { id: row.id, name: `${row.name} ${row.last_name}`.trim() }
    },

    async isMember(tx, tenantId, userId) {
      const rows = await tx.execute('SELECT 1 FROM directory_users WHERE id = ? AND tenant_id = ?', [
        userId,
        tenantId,
      ])
      return rows.length > 0
    },
  }
}
