import type { App } from '@werk/shared/app/create-app'
import { invalidToken } from '@werk/shared/auth/auth.errors'
import { loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import { AppError } from '@werk/shared/errors/app-error'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { actorOf } from '../audit/request-actor.ts'
import { GrantBody, type SendGrant } from './grant.wire.ts'
import type { LogOut } from './log-out.ts'
import type { RefreshCookie } from './refresh-cookie.wire.ts'
import type { RefreshSession } from './refresh-session.ts'
import type { RefuseForeignPages } from './refuse-foreign-pages.wire.ts'
import { RefreshBody } from './sessions.schemas.ts'

type Needs = {
  identify: (request: FastifyRequest) => Promise<Principal | null>
  refreshSession: RefreshSession
  logOut: LogOut
  sendGrant: SendGrant
  cookie: RefreshCookie
  refuseForeignPages: RefuseForeignPages
}

const tags = ['WorkPulse']

/** Contract 4: refresh and log-out, by the cookie or by a refresh token in the body, which wins. */
export function registerRefreshRoutes(app: App, needs: Needs): void {
  const { identify, refreshSession, logOut, sendGrant, cookie, refuseForeignPages } = needs
  const onRequest = ignoreTypeWithoutBody

  app.post(
    '/api/v1/auth/refresh',
    {
      onRequest,
      schema: {
        tags,
        summary: 'A new access token for a refresh token, which is replaced',
        body: RefreshBody,
        response: { 200: Envelope(GrantBody) },
      },
    },
    async (request, reply) => {
      const given = tokenInBody(request.body)
      if (given !== null) {
        return envelope(request, sendGrant(reply, await refreshSession(given, actorOf(request))))
      }
      const kept = cookie.read(request)
      if (kept === null) throw invalidToken('neither a cookie nor a refresh token')
      refuseForeignPages(request)
      const grant = await refreshSession(kept, actorOf(request)).catch(forgetting(cookie, reply))
      return envelope(request, sendGrant(reply, grant))
    },
  )

  app.post(
    '/api/v1/auth/logout',
    {
      onRequest,
      schema: {
        tags,
        summary: 'End the session of the access token, in whichever dialect, and that of the refresh token',
        security: [{ bearer: [] }],
        body: RefreshBody,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request, reply) => {
      const principal = await identify(request)
      const given = tokenInBody(request.body)
      const kept = cookie.read(request)
      if (kept !== null && given === null && principal === null) refuseForeignPages(request)
      const who = principal !== null && { id: principal.uid, name: loginNameOf(principal) }
      const actor = { ...actorOf(request), ...who }
      for (const token of new Set([given, kept])) await logOut(principal, token, actor)
      cookie.clear(reply)
      return envelope(request, null, { message: 'you are logged out' })
    },
  )
}

/** Many clients name JSON as the type of every request, of one without a body, too. */
async function ignoreTypeWithoutBody({ headers }: FastifyRequest): Promise<void> {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (!hasBody) delete headers['content-type']
}

function tokenInBody(body: Static<typeof RefreshBody>): string | null {
  return body?.refresh_token ?? null
}

/** A cookie that is worth nothing any more is taken back. */
function forgetting(cookie: RefreshCookie, reply: FastifyReply): (error: unknown) => never {
  return (error) => {
    if (error instanceof AppError && error.statusCode === 401) cookie.clear(reply)
    throw error
  }
}
