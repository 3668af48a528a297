export const ticketStatuses = ['open', 'in_progress', 'resolved', 'closed'] as const
export type TicketStatus = (typeof ticketStatuses)[number]

/** Our status for InvGate's `status_id`; null for none, or one that the map does not name. */
export type StatusMap = (invgateStatusId: number | null) => TicketStatus | null

/** An entry of a status map, such as `3:in_progress`. */
export const statusEntryPattern = `^[1-9][0-9]{0,8}:(${ticketStatuses.join('|')})$`

/** InvGate as it is delivered: 1 New, 2 Open, 3 Pending, 4 Waiting, 5 Solved, 6 Closed, 7 Rejected, 8 Cancelled. */
export const defaultStatusMap = [
  '1:open',
  '2:open',
  '3:in_progress',
  '4:in_progress',
  '5:resolved',
  '6:closed',
  '7:closed',
  '8:closed',
]

/** @param entries such as `3:in_progress`; of two for the same id the later counts */
export function createStatusMap(entries: readonly string[]): StatusMap {
  const byInvgateId = new Map<number, TicketStatus>()
  for (const entry of entries) {
    const [id, name] = entry.split(':')
    const status = ticketStatuses.find((known) => known === name)
    if (status !== undefined) byInvgateId.set(Number(id), status)
  }
  return (invgateStatusId) => (invgateStatusId === null ? null : (byInvgateId.get(invgateStatusId) ?? null))
}
