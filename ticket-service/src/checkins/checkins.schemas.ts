import Type, { type Static } from 'typebox'
import type { ForeignId } from './scan.ts'

/** Text or a number, in one schema of two types, so that what is wrong with either is said in one sentence. */
export const foreignId = (description: string) =>
  Type.Unsafe<ForeignId>({
    type: ['string', 'integer'],
    minLength: 1,
    maxLength: 190,
    pattern: '\\S',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description,
  })
const AnsweredId = Type.Unsafe<ForeignId>({ type: ['string', 'integer'] })

const ticket = {
  event_id: foreignId(
    'text or a number: 5 and "5" are the same event, and the answer names it as it was sent',
  ),
  ticket_id: foreignId('text or a number, as event_id'),
}
const nonce = Type.String({
  minLength: 1,
  maxLength: 128,
  description: 'made by the client: the same one again is the same scan, however often it is sent',
})
const time = (description: string) => Type.String({ description: `RFC 3339 in UTC: ${description}` })

export const ScanBody = Type.Object({ ...ticket, nonce: Type.Optional(nonce) })
export type ScanBody = Static<typeof ScanBody>

export const OfflineScan = Type.Object({
  ...ticket,
  nonce,
  scanned_at: Type.String({
    format: 'date-time',
    maxLength: 40,
    description: 'RFC 3339: at most 5 minutes in the future and 30 days in the past',
  }),
  direction: Type.Enum(['in', 'out'], { default: 'in' }),
})
export type OfflineScan = Static<typeof OfflineScan>
export const UploadBody = Type.Object({ scans: Type.Array(OfflineScan, { minItems: 1, maxItems: 500 }) })

export const EventParams = Type.Object({
  event_id: Type.String({ minLength: 1, maxLength: 190, pattern: '\\S' }),
})

export const CheckInRecord = Type.Object({
  event_id: AnsweredId,
  ticket_id: AnsweredId,
  checked_in_by: Type.String({ description: 'sub of the token' }),
  checked_in_at: time('of the check-in that counts, which is the last one of a ticket that came in again'),
  checked_out_by: Type.Optional(Type.String()),
  checked_out_at: Type.Optional(time('where the ticket is out')),
})
export type CheckInRecord = Static<typeof CheckInRecord>

export const CheckedIn = Type.Object({ status: Type.Literal('checked_in'), record: CheckInRecord })
export const CheckedOut = Type.Object({ status: Type.Literal('checked_out'), record: CheckInRecord })
export const Undone = Type.Object({ status: Type.Literal('undone'), record: CheckInRecord })

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const UploadResult = Type.Object({
  event_id: AnsweredId,
  ticket_id: AnsweredId,
  nonce: Type.String(),
  direction: Type.Enum(['in', 'out']),
  status: Type.Enum(['checked_in', 'checked_out', 'refused']),
  record: nullable(CheckInRecord),
  code: nullable(Type.String({ description: 'of a refused one, as a single request would answer it' })),
  error: nullable(Type.String()),
})
export type UploadResult = Static<typeof UploadResult>
export const UploadAnswer = Type.Object({
  recorded: Type.Integer({ description: 'how many are recorded, now or before' }),
  refused: Type.Integer(),
  results: Type.Array(UploadResult, { description: 'in the order of the request' }),
})

export const AttendanceAnswer = Type.Object({
  event_id: AnsweredId,
  total_checkins: Type.Integer({
    description: 'tickets that were checked in, whether they are out again or not',
  }),
  inside: Type.Integer({ description: 'tickets that are in now' }),
  records: Type.Array(
    Type.Object({
      ticket_id: AnsweredId,
      checked_in_by: Type.String(),
      checked_in_at: time('the order of the records'),
      checked_out_at: nullable(time('null while the ticket is in')),
    }),
  ),
})
export type AttendanceAnswer = Static<typeof AttendanceAnswer>
