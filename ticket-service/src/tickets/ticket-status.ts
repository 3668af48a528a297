export const ticketStatuses = ['open', 'in_progress', 'resolved', 'closed'] as const
export type TicketStatus = (typeof ticketStatuses)[number]

/** InvGate: 1 New, 2 Open, 3 Pending, 4 Waiting, 5 Solved, 6 Closed, 7 Rejected, 8 Cancelled. */
const byInvgateId: Record<number, TicketStatus> = {
  1: 'open',
  2: 'open',
  3: 'in_progress',
  4: 'in_progress',
  5: 'resolved',
  6: 'closed',
  7: 'closed',
  8: 'closed',
}

/** Our status for InvGate's `status_id`; null for none, or one that is not known. */
export function ticketStatusOf(invgateStatusId: number | null): TicketStatus | null {
  return invgateStatusId === null ? null : (byInvgateId[invgateStatusId] ?? null)
}
