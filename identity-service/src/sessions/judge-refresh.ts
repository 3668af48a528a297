/** A refresh token that somebody shows, and what became of it and its session. */
export type PresentedToken = {
  hash: string
  sessionId: string
  userId: number
  /** Counted from 0 in each session. */
  generation: number
  usedAt: Date | null
  idleExpiresAt: Date
  expiresAt: Date
  endedAt: Date | null
  /** The session's last token: the only one that was not used. */
  newest: { generation: number; hash: string }
}

/**
 * `rotate`: it gets a successor. `repeat`: its successor is the newest, and is said again, because the answer may have
 * been lost. `reused`: two hold this session, and one of them is a thief. `over`: its session has ended.
 */
export type Verdict = 'rotate' | 'repeat' | 'reused' | 'over'

/** Reuse detection as RFC 9700, 4.14.2 has it, with a short grace for the token before the newest. */
export function judgeRefresh(presented: PresentedToken, now: Date, graceSeconds: number): Verdict {
  const { endedAt, idleExpiresAt, usedAt, generation, newest } = presented
  if (endedAt !== null || now >= idleExpiresAt) return 'over'
  if (usedAt === null) return 'rotate'
  const inGrace = now.getTime() - usedAt.getTime() <= graceSeconds * 1000
  return generation === newest.generation - 1 && inGrace ? 'repeat' : 'reused'
}
