import { checkInsOf } from './check-in.ts'
import type { Refusal } from './checkins.errors.ts'
import type { Scan, TotalsChange, WantedScan } from './scan.ts'

export type Verdict = { refusal: Refusal } | { refusal: null; change: TotalsChange; at: Date }

const minute = 60_000
const undoMs = 15 * minute
/** How far a gate's clock may be ahead. */
const skewMs = 5 * minute
const oldestMs = 30 * 24 * 60 * minute

/** What a gate may do with a ticket that has these scans, in their order. The whole rule, but for the guest list. */
export function judgeScan(wanted: WantedScan, scans: readonly Scan[], now: Date): Verdict {
  const refusal = faultOfTime(wanted.scannedAt, now) ?? faultOfStanding(wanted, scans, now)
  if (refusal !== null) return { refusal }
  const last = scans.at(-1)?.at ?? now
  // Replicas' clocks differ a little: what was recorded after does not seem to have been before.
  const at = wanted.scannedAt ?? (last > now ? last : now)
  return { refusal: null, change: changeBy(wanted, checkInsOf(scans).length), at }
}

function faultOfTime(scannedAt: Date | null, now: Date): Refusal | null {
  if (scannedAt === null) return null
  const ageMs = now.getTime() - scannedAt.getTime()
  if (Number.isNaN(ageMs)) return 'no_time'
  if (ageMs < -skewMs) return 'ahead'
  return ageMs > oldestMs ? 'too_old' : null
}

function faultOfStanding(
  { direction, scannedAt }: WantedScan,
  scans: readonly Scan[],
  now: Date,
): Refusal | null {
  const latest = checkInsOf(scans).at(-1)
  const isIn = latest !== undefined && latest.out === null
  if (direction === 'in' && isIn) return 'already_in'
  if (direction !== 'in' && latest === undefined) return 'not_in'
  if (direction === 'out' && !isIn) return 'already_out'
  if (direction === 'undo' && !isIn) return 'left_since'
  if (direction === 'undo' && latest !== undefined && now.getTime() - latest.at.getTime() > undoMs)
    return 'too_late'
  const last = scans.at(-1)
  return scannedAt !== null && last !== undefined && scannedAt < last.at ? 'overtaken' : null
}

/** @param checkIns how many the ticket has: the first makes it count, coming in again does not */
function changeBy({ direction }: WantedScan, checkIns: number): TotalsChange {
  if (direction === 'in') return { checkedIn: checkIns === 0 ? 1 : 0, inside: 1 }
  return { checkedIn: direction === 'undo' && checkIns === 1 ? -1 : 0, inside: -1 }
}
