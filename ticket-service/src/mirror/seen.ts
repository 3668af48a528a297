import type { Incident } from '@werk/shared/invgate/incident'

/** What InvGate was last seen to have: only what it changes after that is taken over. */
export type SeenInInvGate = Pick<Incident, 'statusId' | 'assignedId' | 'assignedGroupId'> & {
  /** When it was asked. */
  at: Date
}
