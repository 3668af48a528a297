import type { Principal } from '@werk/shared/auth/principal'
import type { Clock } from '../sessions/open-session.ts'
import { proofRequired } from './proofs.errors.ts'
import type { ProofsRepository } from './proofs.repository.ts'

/** Lets a sensitive change pass when its caller proved a short while ago who it is, by a log-in or again since. */
export type RequireRecentProof = (principal: Principal) => Promise<void>

type Needs = { proofs: ProofsRepository; minutes: number; clock: Clock }

/** @throws AppError proof.forbidden, for a token without a session always */
export function createRequireRecentProof({ proofs, minutes, clock }: Needs): RequireRecentProof {
  return async ({ sid }) => {
    const provedAt = sid === null ? null : await proofs.findProof(sid)
    if (provedAt === null || clock.now().getTime() - provedAt.getTime() > minutes * 60_000)
      throw proofRequired()
  }
}
