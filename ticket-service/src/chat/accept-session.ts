import type { By } from '../tickets/record-change.ts'
import type { ChangeSession, SessionTarget } from './change-session.ts'
import { cannotAcceptOwn, chatEnded, chatNotFound, chatTaken, onlyStaffIsPresent } from './chat.errors.ts'
import { nextEntry } from './chat-message.ts'
import { partyOf } from './chat-policy.ts'
import { type ChatSession, hasEnded } from './chat-session.ts'
import type { PresenceRepository } from './presence.repository.ts'
import type { RecordSession } from './record-session.ts'

/**
 * Takes a chat from the queue: of all who try, one has it. Who has it already is told so again. It counts as being there.
 * @throws AppError chat.not_found, chat.forbidden, chat.taken, chat.conflict
 */
export type AcceptSession = (target: SessionTarget, by: By) => Promise<ChatSession>

type Needs = {
  changeSession: ChangeSession
  recordSession: RecordSession
  presence: Pick<PresenceRepository, 'isStaff' | 'keep'>
}

export function createAcceptSession({ changeSession, recordSession, presence }: Needs): AcceptSession {
  return (target, by) =>
    changeSession(target, async (session, tx) => {
      const { viewer } = target.scope
      if (partyOf(target.scope, session) === 'requester') throw cannotAcceptOwn()
      // The queue shows every chat to all staff, so none of them learns anything from being told that one is taken.
      if (viewer.sees === 'own') throw chatNotFound()
      const { uid } = viewer
      if (uid === null || !(await presence.isStaff(tx, session.tenantId, uid))) throw onlyStaffIsPresent()
      if (hasEnded(session)) throw chatEnded(session)
      await presence.keep(tx, session.tenantId, uid)
      if (session.agentId === uid) return session
      if (session.status === 'active') throw chatTaken()
      const agent = { agentId: uid, agentName: by.actor.name, acceptedAt: by.at }
      const fields = { status: 'active', ...agent } as const
      const entry = nextEntry(session, { kind: 'accepted', author: 'agent' }, by)
      return recordSession(tx, session, { fields, entry, nonce: null, details: { agent_id: uid } }, by)
    })
}
