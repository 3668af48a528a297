import type { WantedHold } from '../world/holds.ts'

/** A moment in the making of a ticket: what is held, and where, when the process is killed. */
export type Step = {
  name: string
  side: 'database' | 'desk'
  what: WantedHold['what']
  hold(ticket: { isKeyed: boolean }): Omit<WantedHold, 'mark' | 'what'>
}

const commit = 'COMMIT'
/** With a key the intent is one of two rows in a transaction, without one it is a statement by itself. */
const intent = ({ isKeyed }: { isKeyed: boolean }) => (isKeyed ? { at: commit } : {})
/** The second time that the ticket's title goes to the database. */
const ticket = () => ({ at: commit, from: 2 })
const call = () => ({})

/** In the order in which a ticket goes through them. */
export const steps: readonly Step[] = [
  { name: 'the intent is not yet stored', side: 'database', what: 'request', hold: intent },
  {
    name: 'the intent is stored, InvGate not yet called',
    side: 'database',
    what: 'answer',
    hold: intent,
  },
  { name: 'InvGate is called, and never hears it', side: 'desk', what: 'request', hold: call },
  { name: 'InvGate has it, and its answer has not arrived', side: 'desk', what: 'answer', hold: call },
  {
    name: 'InvGate has answered, the ticket is not yet stored',
    side: 'database',
    what: 'request',
    hold: ticket,
  },
  {
    name: 'the ticket is stored, the client not yet answered',
    side: 'database',
    what: 'answer',
    hold: ticket,
  },
]
