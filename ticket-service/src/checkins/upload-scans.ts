import type { RecordScan, ScanOutcome } from './record-scan.ts'
import type { WantedScan } from './scan.ts'

/** @param scans with times of their own @returns what became of each, in the order that they came in */
export type UploadScans = (scans: readonly OfflineScan[]) => Promise<ScanOutcome[]>
export type OfflineScan = WantedScan & { nonce: string; scannedAt: Date }

type Needs = { recordScan: RecordScan }

/** An upload must leave connections to the gates that are at work. */
const lanes = 4

/**
 * Records what a gate scanned without a connection, each scan by itself: one that is refused leaves the others alone,
 * and one that was recorded before is known by its nonce. A ticket's scans are taken in the order of their times.
 */
export function createUploadScans({ recordScan }: Needs): UploadScans {
  return async (scans) => {
    const outcomes = new Map<OfflineScan, ScanOutcome>()
    const waiting = groupByTicket(scans)
    const workOff = async () => {
      for (let group = waiting.pop(); group !== undefined; group = waiting.pop())
        for (const scan of group) outcomes.set(scan, await recordScan(scan))
    }
    await Promise.all(Array.from({ length: lanes }, workOff))
    return scans.map((scan) => {
      const outcome = outcomes.get(scan)
      if (outcome === undefined) throw new Error('a scan of an upload was left out')
      return outcome
    })
  }
}

function groupByTicket(scans: readonly OfflineScan[]): OfflineScan[][] {
  const byTicket = Map.groupBy(scans, ({ eventId, ticketId }) =>
    JSON.stringify([String(eventId), String(ticketId)]),
  )
  return [...byTicket.values()].map((group) =>
    group.toSorted((a, b) => a.scannedAt.getTime() - b.scannedAt.getTime()),
  )
}
