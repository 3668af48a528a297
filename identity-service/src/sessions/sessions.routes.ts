import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { RequireRecentProof } from '../proofs/require-recent-proof.ts'
import type { OwnSessions } from './own-sessions.ts'
import { OwnSession, SessionParams } from './sessions.schemas.ts'
import { toWireSession } from './sessions.wire.ts'

type Needs = {
  authenticate: Authenticate
  getOwnAccount: GetOwnAccount
  requireRecentProof: RequireRecentProof
  ownSessions: OwnSessions
}

const common = { tags: ['Sessions'], security: [{ bearer: [] }] }
const path = '/api/v1/auth/sessions'

/** Where an account is logged in, in whichever dialect. To end others takes a recent proof; a log-out takes none. */
export function registerSessionRoutes(app: App, needs: Needs): void {
  const { authenticate, getOwnAccount, requireRecentProof, ownSessions } = needs
  const onRequest = authenticate

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Where I am logged in, the last used first',
        response: { 200: Envelope(Type.Array(OwnSession)) },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const sessions = await ownSessions.list((await getOwnAccount(caller)).id)
      return envelope(
        request,
        sessions.map((session) => toWireSession(session, caller.sid)),
      )
    },
  )

  app.delete(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'End one of my sessions; needs a recent proof',
        params: SessionParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const { id } = await getOwnAccount(callerOf(request))
      await requireRecentProof(callerOf(request))
      await ownSessions.end(id, request.params.id, actorOf(request))
      return envelope(request, null, { message: 'the session is ended' })
    },
  )

  app.delete(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'End all my sessions but this one; needs a recent proof',
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const caller = callerOf(request)
      const { id } = await getOwnAccount(caller)
      await requireRecentProof(caller)
      await ownSessions.endOthers(id, caller.sid, actorOf(request))
      return envelope(request, null, { message: 'all other sessions are ended' })
    },
  )
}
