import type { WantedHold } from '../world/holds.ts'

/** A moment in the making of a ticket: what is held, and where, when the process is killed. */
export type Step = { name: string; side: 'database' | 'desk'; hold: Omit<WantedHold, 'mark'> }

const commit = 'COMMIT'

/** In the order in which a ticket goes through them. */
export const steps: readonly Step[] = [
  {
    name: 'the intent is not yet stored',
    side: 'database',
    hold: { what: 'request', at: commit },
  },
  {
    name: 'the intent is stored, InvGate not yet called',
    side: 'database',
    hold: { what: 'answer', at: commit },
  },
  { name: 'InvGate is called, and never hears it', side: 'desk', hold: { what: 'request' } },
  { name: 'InvGate has it, and its answer has not arrived', side: 'desk', hold: { what: 'answer' } },
  {
    name: 'InvGate has answered, the ticket is not yet stored',
    side: 'database',
    hold: { what: 'request', at: commit, nth: 2 },
  },
  {
    name: 'the ticket is stored, the client not yet answered',
    side: 'database',
    hold: { what: 'answer', at: commit, nth: 2 },
  },
]
