import type { PoolConnection } from '@werk/shared/database/pool'
import type { DeskTicket } from '../tickets/desk-ticket.ts'

/** Which of these accounts may see the ticket, and an internal note of it where it is one. */
export type FindMentionable = (
  tx: PoolConnection,
  ticket: DeskTicket,
  userIds: readonly number[],
  internal: boolean,
) => Promise<number[]>
