import type { PoolConnection } from '@werk/shared/database/pool'
import type { SeenTicket } from '../tickets/ticket-policy.ts'

/** Which of these accounts may see the ticket, and an internal note of it where it is one. */
export type FindMentionable = (
  tx: PoolConnection,
  ticket: SeenTicket,
  userIds: readonly number[],
  internal: boolean,
) => Promise<number[]>
