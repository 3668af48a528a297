import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import { actorOf } from '../audit/request-actor.ts'
import { Proof, ProofRequest } from './proofs.schemas.ts'
import type { ProveAgain } from './prove-again.ts'

type Needs = { authenticate: Authenticate; proveAgain: ProveAgain }

/** Before a sensitive change: the caller proves again who it is, for as long as PROOF_MINUTES says. */
export function registerProofRoutes(app: App, { authenticate, proveAgain }: Needs): void {
  app.post(
    '/api/v1/auth/prove',
    {
      onRequest: authenticate,
      schema: {
        tags: ['Second factor'],
        security: [{ bearer: [] }],
        summary: 'Prove who you are again',
        body: ProofRequest,
        response: { 200: Envelope(Proof) },
      },
    },
    async (request) => {
      const { password, otp = null } = request.body
      const until = await proveAgain(callerOf(request), { password, otp }, actorOf(request))
      return envelope(request, { proved_until: until.toISOString() })
    },
  )
}
