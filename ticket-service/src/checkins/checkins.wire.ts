import type { CheckIn } from './check-in.ts'
import { scanRefused, sentenceOf } from './checkins.errors.ts'
import type {
  AttendanceAnswer,
  CheckInRecord,
  OfflineScan,
  ScanBody,
  UploadResult,
} from './checkins.schemas.ts'
import type { Attendance } from './read-attendance.ts'
import type { ScanOutcome } from './record-scan.ts'
import type { Direction, WantedScan } from './scan.ts'

/** The one place that maps check-ins to the TixGo dialect and back. */

type Gate = { tenantId: number; by: string }

export function toWantedScan(body: ScanBody, direction: Direction, { tenantId, by }: Gate): WantedScan {
  const { event_id: eventId, ticket_id: ticketId, nonce = null } = body
  return { tenantId, eventId, ticketId, direction, by, nonce, scannedAt: null }
}

export function toOfflineScan(body: OfflineScan, gate: Gate) {
  const scan = toWantedScan(body, body.direction, gate)
  return { ...scan, nonce: body.nonce, scannedAt: new Date(body.scanned_at) }
}

/** The record, its ids as this request wrote them. @throws AppError checkin.* when the scan was refused */
export function toRecord(body: ScanBody, outcome: ScanOutcome): CheckInRecord {
  const { refusal, checkIn } = outcome
  if (refusal === null) return recordOf(body, checkIn)
  throw scanRefused(refusal, checkIn === null ? null : recordOf(body, checkIn))
}

export function toUploadResult(body: OfflineScan, { refusal, checkIn }: ScanOutcome): UploadResult {
  const { event_id, ticket_id, nonce, direction } = body
  const record = checkIn === null ? null : recordOf(body, checkIn)
  const scan = { event_id, ticket_id, nonce, direction, record }
  if (refusal === null)
    return { ...scan, status: direction === 'in' ? 'checked_in' : 'checked_out', code: null, error: null }
  const { code, message } = sentenceOf(refusal)
  return { ...scan, status: 'refused', code, error: message }
}

export function toAttendance({ eventId, totals, records }: Attendance): AttendanceAnswer {
  return {
    event_id: eventId,
    total_checkins: totals.checkedIn,
    inside: totals.inside,
    records: records.map(({ ticketId, checkIn }) => ({
      ticket_id: ticketId,
      checked_in_by: checkIn.by,
      checked_in_at: checkIn.at.toISOString(),
      checked_out_at: checkIn.out?.at.toISOString() ?? null,
    })),
  }
}

function recordOf({ event_id, ticket_id }: ScanBody, { by, at, out }: CheckIn): CheckInRecord {
  return {
    event_id,
    ticket_id,
    checked_in_by: by,
    checked_in_at: at.toISOString(),
    ...(out !== null && { checked_out_by: out.by, checked_out_at: out.at.toISOString() }),
  }
}
