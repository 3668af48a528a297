import type { Scan } from './scan.ts'

/** A ticket's way in, and out again if it went. */
export type CheckIn = { by: string; at: Date; out: { by: string; at: Date } | null }

/**
 * What a ticket's scans, in their order, come to: its check-ins that were not undone, the one that counts last. The
 * ticket is in when that one has no `out`, and was never here when there is none.
 */
export function checkInsOf(scans: readonly Scan[]): CheckIn[] {
  const checkIns: CheckIn[] = []
  for (const { direction, by, at } of scans) {
    const latest = checkIns.at(-1)
    if (direction === 'in') checkIns.push({ by, at, out: null })
    else if (direction === 'undo') checkIns.pop()
    else if (latest !== undefined) checkIns.splice(-1, 1, { ...latest, out: { by, at } })
  }
  return checkIns
}

/** The check-in that the last of these scans made, ended or took back. */
export function checkInOfLast(scans: readonly Scan[]): CheckIn | null {
  const before = scans.at(-1)?.direction === 'undo' ? scans.slice(0, -1) : scans
  return checkInsOf(before).at(-1) ?? null
}
