import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf, namedTenant } from '@werk/shared/auth/authenticate'
import type { Directory } from '@werk/shared/auth/directory'
import type { Principal } from '@werk/shared/auth/principal'
import { AppError } from '@werk/shared/errors/app-error'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { RequireRecentProof } from '../proofs/require-recent-proof.ts'
import type { EndReplaced } from '../sessions/end-replaced.wire.ts'
import { GrantBody, type SendGrant } from '../sessions/grant.wire.ts'
import type { GrantSession } from '../sessions/grant-session.ts'
import type { BeginAuthorization } from './begin-authorization.ts'
import { giveBrowser, readBrowser } from './browser-cookie.wire.ts'
import { type FinishAuthorization, withParameter } from './finish-authorization.ts'
import { openidUnavailable } from './openid.errors.ts'
import { BeginQuery, CodeBody, Destination, LinkBody, Redirect } from './openid.schemas.ts'
import type { RedeemOpenidCode } from './redeem-openid-code.ts'
import type { UnlinkIdentity } from './unlink-identity.ts'

export type OpenidUseCases = {
  beginAuthorization: BeginAuthorization
  finishAuthorization: FinishAuthorization
  defaultReturnUrl: string
}

type Needs = {
  /** null where no provider is set up */
  openid: OpenidUseCases | null
  redeemOpenidCode: RedeemOpenidCode
  unlinkIdentity: UnlinkIdentity
  authenticate: Authenticate
  getOwnAccount: GetOwnAccount
  requireRecentProof: RequireRecentProof
  grantSession: GrantSession
  sendGrant: SendGrant
  endReplaced: EndReplaced
  directory: Directory
}

const path = '/api/v1/auth/google'
const tags = ['WorkPulse']
const security = [{ bearer: [] }]

/** Contract 4: log in through the OpenID provider, which is Google unless another one is configured. */
export function registerOpenidRoutes(app: App, needs: Needs): void {
  const { redeemOpenidCode, unlinkIdentity, authenticate, getOwnAccount, requireRecentProof } = needs
  const { grantSession, sendGrant, endReplaced, directory } = needs
  const configured = () => needs.openid ?? unavailable()
  const asOwner = async (caller: Principal) => {
    const account = await getOwnAccount(caller)
    await requireRecentProof(caller)
    return account
  }

  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'Log in with Google',
        querystring: BeginQuery,
        response: { 200: Envelope(Destination), 302: Redirect },
      },
    },
    async (request, reply) => {
      const { beginAuthorization, defaultReturnUrl } = configured()
      const { return_to: returnTo, code_challenge: codeChallenge = null } = request.query
      const tenantId = (await namedTenant(request, directory)) ?? 1
      const browser = giveBrowser(request, reply)
      const beginning = { browser, returnTo, codeChallenge, tenantId, linking: null }
      const begun = beginAuthorization(beginning)
      if (acceptsJsonOnly(request)) return envelope(request, { url: await begun })
      return reply.redirect(await begun.catch(backTo(returnTo ?? defaultReturnUrl)))
    },
  )

  app.get(
    `${path}/callback`,
    { schema: { tags, summary: 'Where Google sends the browser back to', response: { 302: Redirect } } },
    async (request, reply) => {
      const { finishAuthorization } = configured()
      const query = request.url.slice(request.url.indexOf('?') + 1 || request.url.length)
      const destination = await finishAuthorization(query, readBrowser(request), actorOf(request))
      return reply.redirect(destination)
    },
  )

  app.post(
    `${path}/token`,
    {
      schema: {
        tags,
        summary: 'Exchange the code that came to the return address for tokens, once',
        body: CodeBody,
        response: { 200: Envelope(GrantBody) },
      },
    },
    async (request, reply) => {
      configured()
      const { code, code_verifier: codeVerifier = null, otp = null } = request.body
      const actor = actorOf(request)
      const account = await redeemOpenidCode(
        { code, codeVerifier, otp, browser: readBrowser(request) },
        actor,
      )
      const grant = await grantSession(account, { ...actor, name: account.email ?? account.username })
      await endReplaced(request, actor)
      return envelope(request, sendGrant(reply, grant))
    },
  )

  app.post(
    `${path}/link`,
    {
      onRequest: authenticate,
      schema: {
        tags,
        security,
        summary: 'Link a Google account to the own one; needs a recent proof',
        body: LinkBody,
        response: { 200: Envelope(Destination) },
      },
    },
    async (request, reply) => {
      const { beginAuthorization } = configured()
      const caller = callerOf(request)
      const { id: userId, tenantId } = await asOwner(caller)
      // A proof belongs to a session: without one there was none.
      const linking = { userId, sessionId: caller.sid ?? '' }
      const browser = giveBrowser(request, reply)
      const { return_to: returnTo } = request.body
      const url = await beginAuthorization({ browser, returnTo, codeChallenge: null, tenantId, linking })
      return envelope(request, { url })
    },
  )

  app.delete(
    `${path}/link`,
    {
      onRequest: authenticate,
      schema: {
        tags,
        security,
        summary: 'Take the link away; needs a recent proof and a password',
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const { id } = await asOwner(callerOf(request))
      await unlinkIdentity(id, actorOf(request))
      return envelope(request, null, { message: 'the account at the provider is no longer linked' })
    },
  )
}

function unavailable(): never {
  throw openidUnavailable()
}

/** A browser that was sent here shows what comes: it goes back to the frontend with what went wrong at the provider. */
function backTo(returnTo: string): (error: unknown) => string {
  return (error) => {
    if (error instanceof AppError && error.code === 'openid.upstream_failed')
      return withParameter(returnTo, 'error', 'provider_failed')
    throw error
  }
}

function acceptsJsonOnly({ headers: { accept = '*/*' } }: FastifyRequest): boolean {
  return accept.includes('application/json') && !accept.includes('text/html') && !accept.includes('*/*')
}
