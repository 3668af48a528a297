import { createHash } from 'node:crypto'
import type { ReceivedFile } from '../attachments/receive-files.ts'
import { foldText } from '../tickets/fold-text.ts'
import type { TicketDraft } from '../tickets/ticket.ts'
import type { TicketCategory, TicketPriority } from '../tickets/ticket-kinds.ts'

/**
 * - `received`: to be sent. `sending`: InvGate is being asked; when the lease is over, nobody knows what became of it.
 * - `created`: InvGate has it, only the local rows are missing.
 * - `in_doubt`: InvGate may have it. `refused`: it says that it does not, and whoever raised it was told so; it is looked
 *   for all the same, and never sent again by itself. `failed`: it will not get there without an operator.
 * A ticket that is stored has no intent any more.
 */
export const intentStates = ['received', 'sending', 'created', 'in_doubt', 'refused', 'failed'] as const
export type IntentState = (typeof intentStates)[number]

/** Each file has the id that its attachment will have. */
export type DraftFile = ReceivedFile & { id: string }

/** All that is needed to send a ticket and to keep it. */
export type Draft = {
  ticket: TicketDraft
  files: readonly DraftFile[]
  /** Of a ticket that is here already, and that InvGate is only told of. */
  local?: LocalDraft
}

/** What the ids of InvGate's are found by, just before it is sent: until then they are 0. */
export type LocalDraft = {
  category: TicketCategory
  priority: TicketPriority
  /** Whether creator and customer were found. */
  hasPeople: boolean
}

export type TicketIntent = {
  /** The id that the ticket will have. */
  id: string
  tenantId: number
  state: IntentState
  draft: Draft
  /** What InvGate answered, once it did. */
  created: { id: number; payload: Record<string, unknown> } | null
  /** How often it was sent to InvGate. */
  sends: number
  /** The latest time it was sent; null when it never was. */
  sentAt: Date | null
  /** How often a worker had it. */
  attempts: number
  lastError: string | null
  /** The Idempotency-Key's row that waits for the answer. */
  idempotencyId: string | null
  createdAt: Date
}

/** A ticket that is here, to be sent to InvGate by a worker. */
export type LocalIntent = { id: string; draft: Draft & { local: LocalDraft } }

/** An intent as it is first written: just before it is sent, or when it comes off the disk with its fate unknown or denied. */
export type NewIntent = Pick<TicketIntent, 'id' | 'draft' | 'idempotencyId'> & {
  state: 'sending' | 'in_doubt' | 'refused'
  sentAt: Date
}

/** Equal for tickets that InvGate could not tell apart: same creator, same title, same description. */
export function matchKeyOf({ creatorId, title, description }: MatchedFields): string {
  return createHash('sha256')
    .update(JSON.stringify([creatorId, foldText(title), foldText(description)]))
    .digest('hex')
}

export type MatchedFields = { creatorId: number | null; title: string | null; description: string | null }
