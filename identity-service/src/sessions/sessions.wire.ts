import type { Static } from 'typebox'
import type { Session } from './session.ts'
import type { OwnSession } from './sessions.schemas.ts'

/** @param current the session of the request */
export function toWireSession(session: Session, current: string | null): Static<typeof OwnSession> {
  const { id, dialect, device, address } = session
  return {
    id,
    dialect,
    device,
    address,
    created_at: session.createdAt.toISOString(),
    last_used_at: session.lastUsedAt.toISOString(),
    expires_at: session.idleExpiresAt.toISOString(),
    current: id === current,
  }
}
