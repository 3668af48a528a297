import type { SlaTerms } from '../sla/sla-clock.ts'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import type { By } from '../tickets/record-change.ts'
import type { ChangeSession, SessionTarget } from './change-session.ts'
import { acceptFirst, chatNotFound, onlyStaffConverts } from './chat.errors.ts'
import { nextEntry } from './chat-message.ts'
import { partyOf } from './chat-policy.ts'
import { type ChatSession, hasEnded } from './chat-session.ts'
import type { ConvertSession } from './convert-session.ts'
import type { GetSession } from './get-session.ts'
import type { RecordSession } from './record-session.ts'

/**
 * Ends a chat; staff may make a ticket of it, also when it is over already. What is as wanted already stays as it is.
 * @throws AppError chat.not_found, chat.forbidden
 */
export type CloseSession = (
  target: SessionTarget,
  by: By,
  wanted: { toTicket: boolean },
) => Promise<ChatSession>

type Needs = {
  getSession: GetSession
  changeSession: ChangeSession
  recordSession: RecordSession
  convertSession: ConvertSession
  findSlaTerms: FindSlaTerms
}

export function createCloseSession(needs: Needs): CloseSession {
  const { getSession, changeSession, recordSession, convertSession, findSlaTerms } = needs

  const close = (target: SessionTarget, by: By) =>
    changeSession(target, async (session, tx) => {
      const party = partyOf(target.scope, session)
      if (party === null) throw chatNotFound()
      if (hasEnded(session)) return session
      // Somebody waits for an answer.
      if (party === 'queue') throw acceptFirst()
      const author = party === 'requester' ? 'requester' : 'agent'
      const entry = nextEntry(session, { kind: 'closed', author }, by)
      const fields = { status: 'closed', endedAt: by.at } as const
      return recordSession(tx, session, { fields, entry, nonce: null, details: { by: author } }, by)
    })

  const convert = (target: SessionTarget, by: By, terms: SlaTerms) =>
    changeSession(target, async (session, tx) => {
      const party = partyOf(target.scope, session)
      if (party === null) throw chatNotFound()
      if (party === 'requester') throw onlyStaffConverts()
      if (session.status === 'ticket') return session
      const takenBy = { agentId: target.scope.viewer.uid, agentName: by.actor.name }
      const how = { terms, reason: 'staff', by, ...(party === 'queue' && { takenBy }) } as const
      return convertSession(tx, session, how)
    })

  return async (target, by, { toTicket }) => {
    if (!toTicket) return close(target, by)
    // Before the transaction, which holds a connection already.
    const { tenantId, category } = await getSession(target.scope, target.id)
    return convert(target, by, await findSlaTerms(tenantId, category))
  }
}
