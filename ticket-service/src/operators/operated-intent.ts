import type { TicketIntent } from '../intents/ticket-intent.ts'

/**
 * An intent as an operator sees it. `parked`: no worker has it or will take it, the operator decides. Any other is the
 * workers', who have it or look at it again in `dueInMs` (0: now).
 */
export type OperatedIntent = TicketIntent & { parked: boolean; dueInMs: number }

/** The states in which an intent can be parked. */
export const parkedStates = ['in_doubt', 'failed'] as const

export type OperatorAction = {
  /** Whoever did it: the `sub` of the token. */
  actor: string
  /** `link_refused`: a link that came too late, because another ticket had got the incident meanwhile. */
  action: 'link' | 'link_refused' | 'resend' | 'drop'
  detail: string | null
}

/** Whose intents, and on whose behalf. */
export type Operation = { tenantId: number; id: string; actor: string }
