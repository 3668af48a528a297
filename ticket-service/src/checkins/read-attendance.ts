import { type CheckIn, checkInsOf } from './check-in.ts'
import type { EventRef, ForeignId } from './scan.ts'
import type { ScansRepository, Totals } from './scans.repository.ts'

export type Attendance = {
  eventId: ForeignId
  totals: Totals
  /** Of the tickets that were checked in and not undone, in the order of time. */
  records: { ticketId: ForeignId; checkIn: CheckIn }[]
}

export type ReadAttendance = (event: EventRef) => Promise<Attendance>

type Needs = { scans: Pick<ScansRepository, 'readEvent'> }

/** Who came to an event: all of them, as contract 6 has no pages. Totals and records are of one moment. */
export function createReadAttendance({ scans }: Needs): ReadAttendance {
  return async (event) => {
    const { totals, eventId, tickets } = await scans.readEvent(event)
    const records = tickets.flatMap(({ ticketId, scans: ofTicket }) => {
      const checkIn = checkInsOf(ofTicket).at(-1)
      return checkIn === undefined ? [] : [{ ticketId, checkIn }]
    })
    records.sort((a, b) => a.checkIn.at.getTime() - b.checkIn.at.getTime())
    return { eventId: eventId ?? event.eventId, totals, records }
  }
}
