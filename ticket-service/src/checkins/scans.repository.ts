import { inTransaction, type Pool, type PoolConnection, together } from '@werk/shared/database/pool'
import { ScanTakenError } from './checkins.errors.ts'
import type { EventRef, ForeignId, NewScan, Scan, TicketRef, TotalsChange } from './scan.ts'
import {
  type Nonce,
  nonceKeyOf,
  ofEvent,
  ofTicket,
  type ScanRow,
  scanColumns,
  scanValues,
  slotOf,
  ticketValues,
  toDeed,
  toForeignId,
  toScan,
} from './scans.rows.ts'

export type Totals = { checkedIn: number; inside: number }

/** An event at one moment. `eventId` as its scans name it, null where there are none; a ticket's scans in their order. */
export type EventScans = {
  totals: Totals
  eventId: ForeignId | null
  tickets: { ticketId: ForeignId; scans: Scan[] }[]
}

export type ScansRepository = {
  /**
   * Writes a scan and changes its event's totals; the transaction is to be rolled back when this throws.
   * @throws ScanTakenError when the ticket has a scan of that `seq`, or its nonce is used
   */
  add(tx: PoolConnection, scan: NewScan, change: TotalsChange): Promise<{ hasGuestList: boolean }>
  findByNonce(nonce: Nonce): Promise<NewScan | null>
  /** By `seq`. */
  listOfTicket(ticket: TicketRef): Promise<Scan[]>
  readEvent(event: EventRef): Promise<EventScans>
  /** The next of an event's scans after the id `after`, by id: in the order in which they were recorded. */
  list(event: EventRef, after: string | null, limit: number): Promise<NewScan[]>
}

const insertScan = `INSERT INTO check_in_scans (${scanColumns}, nonce_key) VALUES (${'?, '.repeat(13)}?)`

/**
 * It is sent together with the insert, and must not stay alone where that failed: after a deadlock there is no
 * transaction any more that could be rolled back. `ROW_COUNT()` is then -1, and no slot may be NULL.
 * `LAST_INSERT_ID(…)` brings the row's answer back without a round trip; a row that is new has no guest list.
 */
const changeTotals = `INSERT INTO check_in_totals (tenant_id, event_id, slot, checked_in, inside)
  VALUES (?, ?, IF(ROW_COUNT() = 1, ?, NULL), ?, ?) ON DUPLICATE KEY UPDATE checked_in = checked_in + VALUES(checked_in),
    inside = inside + VALUES(inside), has_guest_list = LAST_INSERT_ID(has_guest_list)`

/** SQL by the driver itself, because a gate is a hot path (docs/adr/0003-prisma-and-the-driver.md, 0017-check-ins.md). */
export function createScansRepository(pool: Pool): ScansRepository {
  return {
    async add(tx, scan, { checkedIn, inside }) {
      const { nonce, ...rest } = scan
      const nonceKey = nonce === null ? null : nonceKeyOf({ ...rest, nonce })
      // As text, because a statement that is to be prepared first would be overtaken by the other.
      const inserted = tx.query(insertScan, [...scanValues(scan), nonceKey])
      const { tenantId, eventId, ticketId } = scan
      const changed = tx.query(changeTotals, [tenantId, String(eventId), slotOf(ticketId), checkedIn, inside])
      try {
        await together([inserted, changed])
      } catch (error) {
        throw isDuplicate(error) ? new ScanTakenError(error) : error
      }
      return { hasGuestList: (await changed).insertId === 1 }
    },

    async findByNonce(nonce) {
      const [row] = await pool.execute<ScanRow[]>(
        `SELECT ${scanColumns} FROM check_in_scans WHERE nonce_key = ?`,
        [nonceKeyOf(nonce)],
      )
      return row === undefined ? null : toScan(row)
    },

    async listOfTicket(ticket) {
      const rows = await pool.execute<ScanRow[]>(
        `SELECT direction, scanned_by, scanned_at FROM check_in_scans WHERE ${ofTicket} ORDER BY seq`,
        ticketValues(ticket),
      )
      return rows.map(toDeed)
    },

    readEvent: (event) =>
      inTransaction(pool, async (tx) => {
        const values = [event.tenantId, String(event.eventId)]
        const sums = tx.query<Totals[]>(
          `SELECT COALESCE(SUM(checked_in), 0) AS checkedIn, COALESCE(SUM(inside), 0) AS inside
            FROM check_in_totals WHERE ${ofEvent}`,
          values,
        )
        const scans = tx.query<ScanRow[]>(
          `SELECT ticket_id, event_is_number, ticket_is_number, direction, scanned_by, scanned_at
            FROM check_in_scans WHERE ${ofEvent} ORDER BY ticket_id, seq`,
          values,
        )
        await together([sums, scans])
        const [totals = { checkedIn: 0, inside: 0 }] = await sums
        return { totals, ...byTicket(event, await scans) }
      }),

    async list({ tenantId, eventId }, after, limit) {
      const rows = await pool.query<ScanRow[]>(
        `SELECT ${scanColumns} FROM check_in_scans WHERE ${ofEvent} AND id > ? ORDER BY id LIMIT ?`,
        [tenantId, String(eventId), after ?? '', limit],
      )
      return rows.map(toScan)
    },
  }
}

/** @param rows by ticket */
function byTicket({ eventId }: EventRef, rows: readonly ScanRow[]): Omit<EventScans, 'totals'> {
  const tickets: EventScans['tickets'] = []
  let current: Buffer | undefined
  for (const row of rows) {
    if (current === undefined || !row.ticket_id.equals(current))
      tickets.push({ ticketId: toForeignId(row.ticket_id, row.ticket_is_number), scans: [] })
    current = row.ticket_id
    tickets.at(-1)?.scans.push(toDeed(row))
  }
  const [first] = rows
  const named = first === undefined ? null : toForeignId(Buffer.from(String(eventId)), first.event_is_number)
  return { eventId: named, tickets }
}

/** ER_DUP_ENTRY: of the scan's number or of its nonce; only the insert has anything that can be doubled. */
function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && error.errno === 1062
}
