import { hash } from 'node:crypto'
import { directions, type ForeignId, type NewScan, type Scan, type TicketRef } from './scan.ts'

/** The one place that maps scans to the database's columns and back. */

export const slotsOfEvent = 16

/** Which of its event's slots counts a ticket: always the same one. */
export function slotOf(ticketId: ForeignId): number {
  return hash('sha256', String(ticketId), 'buffer').readUInt8(0) % slotsOfEvent
}

/** Of one length whatever the client made, and of one subject in one tenant. */
export function nonceKeyOf({ tenantId, by, nonce }: Nonce): Buffer {
  return hash('sha256', JSON.stringify([tenantId, by, nonce]), 'buffer')
}
export type Nonce = { tenantId: number; by: string; nonce: string }

export const scanColumns =
  'tenant_id, event_id, ticket_id, seq, id, direction, scanned_by, scanned_at, recorded_at, offline, ' +
  'event_is_number, ticket_is_number, nonce'

export type ScanRow = {
  tenant_id: number
  event_id: Buffer
  ticket_id: Buffer
  seq: number
  id: string
  direction: string
  scanned_by: string
  scanned_at: Date
  recorded_at: Date
  offline: number
  event_is_number: number
  ticket_is_number: number
  nonce: string | null
}

/** In the order of `scanColumns`. */
export function scanValues(scan: NewScan) {
  return [
    scan.tenantId,
    String(scan.eventId),
    String(scan.ticketId),
    scan.seq,
    scan.id,
    scan.direction,
    scan.by,
    scan.at,
    scan.recordedAt,
    scan.offline,
    typeof scan.eventId === 'number',
    typeof scan.ticketId === 'number',
    scan.nonce,
  ]
}

export function toScan(row: ScanRow): NewScan {
  return {
    tenantId: row.tenant_id,
    eventId: toForeignId(row.event_id, row.event_is_number),
    ticketId: toForeignId(row.ticket_id, row.ticket_is_number),
    seq: row.seq,
    id: row.id,
    ...toDeed(row),
    recordedAt: row.recorded_at,
    offline: row.offline === 1,
    nonce: row.nonce,
  }
}

export function toDeed(row: Pick<ScanRow, 'direction' | 'scanned_by' | 'scanned_at'>): Scan {
  const direction = directions.find((known) => known === row.direction)
  if (direction === undefined) throw new Error(`a scan of no known direction: ${row.direction}`)
  return { direction, by: row.scanned_by, at: row.scanned_at }
}

export function toForeignId(bytes: Buffer, isNumber: number): ForeignId {
  const text = bytes.toString('utf8')
  return isNumber === 1 ? Number(text) : text
}

/** The condition of one event, or of one ticket, and its values. */
export const ofEvent = 'tenant_id = ? AND event_id = ?'
export const ofTicket = `${ofEvent} AND ticket_id = ?`
export const ticketValues = ({ tenantId, eventId, ticketId }: TicketRef) => [
  tenantId,
  String(eventId),
  String(ticketId),
]
