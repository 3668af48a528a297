import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import { type CheckIn, checkInOfLast, checkInsOf } from './check-in.ts'
import { type Refusal, ScanTakenError, ticketTooBusy, UninvitedError } from './checkins.errors.ts'
import type { GuestsRepository } from './guests.repository.ts'
import { judgeScan } from './judge-scan.ts'
import { isSameTicket, type NewScan, type Scan, type TotalsChange, type WantedScan } from './scan.ts'
import type { ScansRepository } from './scans.repository.ts'

/** `checkIn` is what the scan made, ended or took back; of a refused one what is in its way, if anything. */
export type ScanOutcome = { refusal: null; checkIn: CheckIn } | { refusal: Refusal; checkIn: CheckIn | null }

export type RecordScan = (wanted: WantedScan) => Promise<ScanOutcome>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  scans: Pick<ScansRepository, 'add' | 'findByNonce' | 'listOfTicket'>
  guests: Pick<GuestsRepository, 'includes'>
  clock: { now(): Date }
}

/** Each one that fails is another scan of the same ticket that was written meanwhile. */
const attempts = 20

/**
 * Writes down what happens at a gate. A ticket's scans are counted, and the database lets one of all who write the next
 * one win, on whatever replica; the others look again at what there is now.
 * @throws AppError checkin.unavailable
 */
export function createRecordScan(needs: Needs): RecordScan {
  const { scans, clock } = needs

  return async (wanted) => {
    const now = clock.now()
    // Most tickets come once: whether this one has scans is found out by writing the first.
    const first = await scanAfter(needs, [], wanted, now)
    if (first?.refusal === null) return first
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const repeated =
        wanted.nonce === null ? null : await scans.findByNonce({ ...wanted, nonce: wanted.nonce })
      const history = await scans.listOfTicket(wanted)
      if (repeated !== null) return answerAgain(repeated, history, wanted)
      const outcome = await scanAfter(needs, history, wanted, now)
      if (outcome !== null) return outcome
    }
    throw ticketTooBusy()
  }
}

/** Writes the scan that follows these. @returns null when it is not them any more that it follows */
async function scanAfter(
  needs: Needs,
  history: readonly Scan[],
  wanted: WantedScan,
  now: Date,
): Promise<ScanOutcome | null> {
  const latest = checkInsOf(history).at(-1) ?? null
  const verdict = judgeScan(wanted, history, now)
  if (verdict.refusal !== null) return { refusal: verdict.refusal, checkIn: latest }
  const { scannedAt, ...asked } = wanted
  const scan: NewScan = {
    ...asked,
    id: uuidv7(),
    seq: history.length + 1,
    at: verdict.at,
    recordedAt: now,
    offline: scannedAt !== null,
  }
  try {
    await write(needs, scan, verdict.change)
  } catch (error) {
    if (error instanceof ScanTakenError) return null
    if (error instanceof UninvitedError) return { refusal: 'not_invited', checkIn: latest }
    throw error
  }
  return accepted([...history, scan])
}

function write({ transaction, scans, guests }: Needs, scan: NewScan, change: TotalsChange): Promise<void> {
  return transaction(async (tx) => {
    const { hasGuestList } = await scans.add(tx, scan, change)
    // Whoever is in may always leave.
    if (hasGuestList && scan.direction === 'in' && !(await guests.includes(tx, scan)))
      throw new UninvitedError()
  })
}

/** What the scan that has the nonce already was answered, whatever happened since. */
function answerAgain(repeated: NewScan, history: readonly Scan[], wanted: WantedScan): ScanOutcome {
  if (!isSameTicket(repeated, wanted) || repeated.direction !== wanted.direction)
    return { refusal: 'nonce_taken', checkIn: null }
  return accepted(history.slice(0, repeated.seq))
}

function accepted(scans: readonly Scan[]): ScanOutcome {
  const checkIn = checkInOfLast(scans)
  if (checkIn === null) throw new Error('a scan that was accepted is about no check-in')
  return { refusal: null, checkIn }
}
