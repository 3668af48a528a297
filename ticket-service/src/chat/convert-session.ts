import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { RepliesRepository } from '../replies/replies.repository.ts'
import type { Reply } from '../replies/reply.ts'
import type { SlaTerms } from '../sla/sla-clock.ts'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import { newTicketOf, type WriteTicket } from '../tickets/raise-ticket.ts'
import type { By, RecordChange } from '../tickets/record-change.ts'
import { nextEntry } from './chat-message.ts'
import type { ChatSession } from './chat-session.ts'
import type { DueReason } from './due-sessions.repository.ts'
import type { ChatMessagesRepository } from './messages.repository.ts'
import type { RecordSession } from './record-session.ts'
import { transcriptOf } from './transcript.ts'

/** Why a chat became a ticket. `no_agent`: nobody was there when it began. `staff`: whoever answers chats wanted it. */
export type ConversionReason = 'no_agent' | 'staff' | Exclude<DueReason, 'agent_gone'>

type How = {
  /** What counts for its category now. */
  terms: SlaTerms
  reason: ConversionReason
  by: By
  /** Who takes a chat from the queue only to make a ticket of it, and so has had it. */
  takenBy?: Pick<ChatSession, 'agentId' | 'agentName'>
}

/**
 * Makes a locked session a ticket of whoever opened it, with all that was said, in the same transaction: both are there
 * or neither. @returns the session as it is now
 */
export type ConvertSession = (tx: PoolConnection, session: ChatSession, how: How) => Promise<ChatSession>

type Needs = {
  messages: Pick<ChatMessagesRepository, 'listSaid'>
  replies: Pick<RepliesRepository, 'insert'>
  writeTicket: WriteTicket
  recordChange: RecordChange
  recordSession: RecordSession
}

export function createConvertSession(needs: Needs): ConvertSession {
  const { messages, replies, writeTicket, recordChange, recordSession } = needs

  /** What the description could not hold. */
  const addReplies = async (tx: PoolConnection, ticket: DeskTicket, texts: readonly string[], by: By) => {
    const written = texts.map((text) => transcriptReply(ticket.id, text, by.at))
    for (const reply of written) await replies.insert(tx, reply)
    await recordChange(
      tx,
      ticket,
      {
        fields: {},
        notes: written.map(({ id }) => ({
          ...{ action: 'replied', message: null, internal: false, details: { reply_id: id } },
        })),
        happenings: [],
        jobs: written.map(({ id }) => ({ kind: 'reply', replyId: id })),
      },
      by,
    )
  }

  return async (tx, session, { terms, reason, by, takenBy }) => {
    const [description, ...rest] = transcriptOf(await messages.listSaid(tx, session.id))
    const { tenantId, userId, creatorLogin: login, creatorInvgateId: invgateId, title, category } = session
    const wanted = { title, description, category, attachmentUrl: null, memberId: null }
    const ticket = newTicketOf({
      ...{ requester: { userId, login, invgateId }, tenantId, terms, at: by.at },
      wanted: { ...wanted, priority: 'medium' },
    })
    const raised = await writeTicket(tx, ticket, by)
    if (rest.length > 0) await addReplies(tx, raised, rest, by)
    const author = reason === 'staff' ? 'agent' : 'service'
    const change = {
      fields: {
        ...takenBy,
        status: 'ticket',
        ticketId: raised.id,
        endedAt: session.endedAt ?? by.at,
      } as const,
      entry: nextEntry(session, { kind: 'ticket', author }, by),
      nonce: null,
      details: { ticket_id: raised.id, reason },
    }
    return recordSession(tx, session, change, by)
  }
}

function transcriptReply(ticketId: string, message: string, createdAt: Date): Reply {
  return {
    ...{ id: uuidv7(), ticketId, origin: 'here', userId: null, authorName: 'Live chat', authorId: null },
    ...{
      message,
      internal: false,
      isSolution: false,
      attachmentUrl: null,
      invGateCommentId: null,
      createdAt,
    },
  }
}
