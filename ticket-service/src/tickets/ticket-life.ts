import type { TicketStatus } from './ticket-status.ts'

/** Who moves a ticket: whoever raised it, or whoever answers it. One may be both. */
export type Party = 'owner' | 'staff'

/**
 * The life of a ticket (contract 7): open → in_progress → resolved → closed. Those who answer it move it on, its owner
 * may close it at any time and reopen it. Any other step is none. `docs/ticket-life.md` has it as a picture.
 */
const steps: Record<TicketStatus, Partial<Record<TicketStatus, readonly Party[]>>> = {
  open: { in_progress: ['staff'], closed: ['owner'] },
  in_progress: { resolved: ['staff'], closed: ['owner'] },
  resolved: { closed: ['staff', 'owner'], open: ['owner'] },
  closed: { open: ['owner'] },
}

export function mayStep(from: TicketStatus, to: TicketStatus, parties: readonly Party[]): boolean {
  return (steps[from][to] ?? []).some((party) => parties.includes(party))
}

/** The steps that these may take from here. */
export function stepsFrom(from: TicketStatus, parties: readonly Party[]): TicketStatus[] {
  const all: TicketStatus[] = ['open', 'in_progress', 'resolved', 'closed']
  return all.filter((to) => mayStep(from, to, parties))
}

/** Whether the SLA's clock runs in it. */
export function isAtWork(status: TicketStatus): boolean {
  return status === 'open' || status === 'in_progress'
}
