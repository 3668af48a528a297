import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import type { By } from '../tickets/record-change.ts'
import type { TicketCategory } from '../tickets/ticket-kinds.ts'
import { type ChatMessage, nextEntry } from './chat-message.ts'
import type { ChatSession } from './chat-session.ts'
import type { ConvertSession } from './convert-session.ts'
import type { ChatMessagesRepository } from './messages.repository.ts'
import type { PresenceRepository } from './presence.repository.ts'
import type { ChatSessionsRepository } from './sessions.repository.ts'

export type OpenCommand = {
  caller: Principal
  tenantId: number
  wanted: { message: string; title: string | null; category: TicketCategory }
  by: By
  /** Further rows of the same transaction. */
  also?: (tx: PoolConnection, session: ChatSession) => Promise<void>
}

/** Opens a chat, which is a ticket at once where nobody is there to answer it (contract 7). */
export type OpenSession = (command: OpenCommand) => Promise<ChatSession>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  sessions: Pick<ChatSessionsRepository, 'insert'>
  messages: Pick<ChatMessagesRepository, 'insert'>
  presence: Pick<PresenceRepository, 'isAnyOnline'>
  findSlaTerms: FindSlaTerms
  convertSession: ConvertSession
}

export function createOpenSession(needs: Needs): OpenSession {
  const { transaction, sessions, messages, presence, findSlaTerms, convertSession } = needs

  return async (command) => {
    const { caller, tenantId, wanted, by, also } = command
    // Before the transaction, which holds a connection already.
    const terms = await findSlaTerms(tenantId, wanted.category)
    const { session, message } = newSessionOf(command)
    return transaction(async (tx) => {
      await sessions.insert(tx, session)
      await messages.insert(tx, message, null)
      const isAnswered = await presence.isAnyOnline(tenantId, caller.uid, tx)
      const opened = isAnswered
        ? session
        : await convertSession(tx, session, { terms, reason: 'no_agent', by })
      await also?.(tx, opened)
      return opened
    })
  }
}

function newSessionOf({ caller, tenantId, wanted, by }: OpenCommand): {
  session: ChatSession
  message: ChatMessage
} {
  const id = uuidv7()
  const said = { kind: 'message', author: 'requester', message: wanted.message } as const
  const message = nextEntry({ id, lastMessageId: id }, said, by)
  const login = loginNameOf(caller)
  const session: ChatSession = {
    ...{ id, tenantId, userId: caller.uid, creatorLogin: login, creatorKey: foldLoginName(login) },
    ...{ creatorName: by.actor.name, creatorInvgateId: caller.invgateId },
    ...{ title: wanted.title ?? firstLineOf(wanted.message), category: wanted.category, status: 'waiting' },
    ...{ agentId: null, agentName: null, ticketId: null, lastMessageId: message.id, messageCount: 1 },
    ...{ createdAt: by.at, acceptedAt: null, endedAt: null },
  }
  return { session, message }
}

const longestTitle = 255

/** The first line that says anything; shortened where it has to be. */
export function firstLineOf(message: string): string {
  const lines = message.split(/[\n\v\f\r\u0085\u2028\u2029]/).map((line) => line.trim())
  const characters = [...(lines.find((line) => line !== '') ?? message)]
  if (characters.length <= longestTitle) return characters.join('')
  return `${characters.slice(0, longestTitle - 1).join('')}…`
}
