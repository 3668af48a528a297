import { invalidGuestCursor } from './checkins.errors.ts'
import type { RecordedScan } from './events.schemas.ts'
import type { ForeignId, NewScan } from './scan.ts'

export function toRecordedScan(scan: NewScan): RecordedScan {
  return {
    id: scan.id,
    ticket_id: scan.ticketId,
    seq: scan.seq,
    direction: scan.direction,
    scanned_by: scan.by,
    scanned_at: scan.at.toISOString(),
    recorded_at: scan.recordedAt.toISOString(),
    offline: scan.offline,
    nonce: scan.nonce,
  }
}

/** The last ticket of a page, whose id may hold any text. */
export function writeGuestCursor(ticketId: ForeignId): string {
  return Buffer.from(String(ticketId)).toString('base64url')
}

/** @throws AppError guest_list.invalid */
export function readGuestCursor(cursor: string): string {
  const ticketId = Buffer.from(cursor, 'base64url').toString('utf8')
  if (writeGuestCursor(ticketId) !== cursor) throw invalidGuestCursor()
  return ticketId
}
