import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { EventRef, ForeignId, TicketRef } from './scan.ts'
import { ofEvent, ofTicket, slotsOfEvent, ticketValues, toForeignId } from './scans.rows.ts'

export type GuestsRepository = {
  /** Makes the event's list if it has none, and lets nobody else change it until the transaction ends. */
  lockList(tx: PoolConnection, event: EventRef, change: { by: string; at: Date }): Promise<void>
  /** False when there is none. */
  removeList(tx: PoolConnection, event: EventRef): Promise<boolean>
  /** Tells those who check in whether there is a list. Gates wait for it, so it comes last in a transaction. */
  announce(tx: PoolConnection, event: EventRef, hasGuestList: boolean): Promise<void>
  /** Those that are on it already stay as they are. */
  addAll(tx: PoolConnection, event: EventRef, ticketIds: readonly ForeignId[]): Promise<void>
  removeAll(tx: PoolConnection, event: EventRef): Promise<void>
  count(tx: PoolConnection, event: EventRef): Promise<number>
  includes(tx: PoolConnection, ticket: TicketRef): Promise<boolean>
  /** The next after the ticket `after`, in the order of their bytes; null when the event has no list. */
  list(event: EventRef, after: ForeignId | null, limit: number): Promise<ForeignId[] | null>
}

type GuestRow = { ticket_id: Buffer; ticket_is_number: number }

const rowsAtOnce = 1000
const slots = Array.from({ length: slotsOfEvent }, (_, slot) => slot)

/** Guest lists. That an event has one is also in each slot of its totals, where a check-in sees it in passing. */
export function createGuestsRepository(pool: Pool): GuestsRepository {
  return {
    async lockList(tx, event, { by, at }) {
      await tx.query(
        `INSERT INTO check_in_guest_lists (tenant_id, event_id, changed_by, changed_at) VALUES (?, ?, ?, ?)
          ON DUPLICATE KEY UPDATE changed_by = VALUES(changed_by), changed_at = VALUES(changed_at)`,
        [...valuesOf(event), by, at],
      )
    },

    async removeList(tx, event) {
      const { affectedRows } = await tx.query(
        `DELETE FROM check_in_guest_lists WHERE ${ofEvent}`,
        valuesOf(event),
      )
      return affectedRows === 1
    },

    async announce(tx, event, hasGuestList) {
      await tx.query(
        `INSERT INTO check_in_totals (tenant_id, event_id, slot, checked_in, inside, has_guest_list)
          VALUES ${slots.map(() => '(?, ?, ?, 0, 0, ?)').join(', ')}
          ON DUPLICATE KEY UPDATE has_guest_list = VALUES(has_guest_list)`,
        slots.flatMap((slot) => [...valuesOf(event), slot, hasGuestList]),
      )
    },

    async addAll(tx, event, ticketIds) {
      const values = valuesOf(event)
      for (let start = 0; start < ticketIds.length; start += rowsAtOnce) {
        const chunk = ticketIds.slice(start, start + rowsAtOnce)
        await tx.query(
          `INSERT INTO check_in_guests (tenant_id, event_id, ticket_id, ticket_is_number)
            VALUES ${chunk.map(() => '(?, ?, ?, ?)').join(', ')}
            ON DUPLICATE KEY UPDATE ticket_is_number = ticket_is_number`,
          chunk.flatMap((id) => [...values, String(id), typeof id === 'number']),
        )
      }
    },

    async removeAll(tx, event) {
      await tx.query(`DELETE FROM check_in_guests WHERE ${ofEvent}`, valuesOf(event))
    },

    async count(tx, event) {
      const [row] = await tx.query<{ count: number }[]>(
        `SELECT COUNT(*) AS count FROM check_in_guests WHERE ${ofEvent}`,
        valuesOf(event),
      )
      return row?.count ?? 0
    },

    async includes(tx, ticket) {
      const rows = await tx.query(`SELECT 1 FROM check_in_guests WHERE ${ofTicket}`, ticketValues(ticket))
      return rows.length > 0
    },

    async list(event, after, limit) {
      const values = valuesOf(event)
      const guests = await pool.query<GuestRow[]>(
        `SELECT ticket_id, ticket_is_number FROM check_in_guests WHERE ${ofEvent} AND ticket_id > ?
          ORDER BY ticket_id LIMIT ?`,
        [...values, after === null ? '' : String(after), limit],
      )
      if (guests.length > 0) return guests.map((row) => toForeignId(row.ticket_id, row.ticket_is_number))
      const lists = await pool.query(`SELECT 1 FROM check_in_guest_lists WHERE ${ofEvent}`, values)
      return lists.length > 0 ? [] : null
    },
  }
}

function valuesOf({ tenantId, eventId }: EventRef): [number, string] {
  return [tenantId, String(eventId)]
}
