import type { TicketCategory } from '../tickets/ticket-kinds.ts'

/**
 * - `waiting`: in the queue. `active`: an agent has accepted it.
 * - `closed`: it is over. `ticket`: it became one, and goes on there.
 */
export const chatStatuses = ['waiting', 'active', 'closed', 'ticket'] as const
export type ChatStatus = (typeof chatStatuses)[number]

/** A live chat between somebody who asks and an agent. */
export type ChatSession = {
  /** UUIDv7. */
  id: string
  tenantId: number
  /** The account of whoever opened it; null for a token without one. */
  userId: number | null
  creatorLogin: string
  /** The same, folded. */
  creatorKey: string
  /** How they are called. */
  creatorName: string
  /** Their user in InvGate, for the ticket that it may become. */
  creatorInvgateId: number | null
  title: string
  category: TicketCategory
  status: ChatStatus
  /** The account of the agent who accepted it; null while nobody has it. */
  agentId: number | null
  agentName: string | null
  /** The ticket that it became. */
  ticketId: string | null
  /** Its newest entry: whoever knows that one knows all. */
  lastMessageId: string
  messageCount: number
  createdAt: Date
  acceptedAt: Date | null
  endedAt: Date | null
}

/** What a change may set; what follows from its entry follows by itself. */
export type ChangedSession = Partial<
  Pick<ChatSession, 'status' | 'agentId' | 'agentName' | 'ticketId' | 'acceptedAt' | 'endedAt'>
>

export function hasEnded({ status }: Pick<ChatSession, 'status'>): boolean {
  return status === 'closed' || status === 'ticket'
}
