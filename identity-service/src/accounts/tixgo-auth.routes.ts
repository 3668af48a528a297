import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf, namedTenant, tenantOf } from '@werk/shared/auth/authenticate'
import type { Directory } from '@werk/shared/auth/directory'
import type { Principal } from '@werk/shared/auth/principal'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { actorOf } from '../audit/request-actor.ts'
import type { OpenSession } from '../sessions/open-session.ts'
import { type AccessTokens, loginNameOf } from './access-tokens.ts'
import type { Account } from './account.ts'
import type { GetOwnAccount } from './get-own-account.ts'
import type { LogIn } from './log-in.ts'
import type { RegisterAccount } from './register-account.ts'
import type { ResumeRegistration } from './resume-registration.ts'
import { TixgoAccount, TixgoLogin, TixgoRegistration, TixgoSession } from './tixgo-auth.schemas.ts'

type Needs = {
  registerAccount: RegisterAccount
  resumeRegistration: ResumeRegistration
  answerOnce: AnswerOnce
  logIn: LogIn
  getOwnAccount: GetOwnAccount
  accessTokens: AccessTokens
  authenticate: Authenticate
  identify: (request: FastifyRequest) => Promise<Principal | null>
  openSession: OpenSession
  directory: Directory
}

const tags = ['TixGo']
const toWire = (account: Account): Static<typeof TixgoAccount> => ({
  username: loginNameOf(account),
  role: account.role,
})

/** Contract 3. */
export function registerTixgoAuthRoutes(app: App, needs: Needs): void {
  const { registerAccount, resumeRegistration, answerOnce } = needs
  const { logIn, getOwnAccount, accessTokens, authenticate, identify } = needs
  const { openSession, directory } = needs

  app.post(
    '/auth/register',
    {
      schema: {
        tags,
        summary: 'Register',
        headers: IdempotencyHeader,
        body: TixgoRegistration,
        response: { 200: TixgoAccount },
      },
    },
    async (request, reply) => {
      const { username, password, role } = request.body
      const registrar = await identify(request)
      const tenantId =
        registrar === null
          ? ((await namedTenant(request, directory)) ?? 1)
          : await tenantOf(request, registrar, directory)
      const actor = {
        ...actorOf(request, username),
        ...(registrar !== null && { id: registrar.uid, name: registrar.sub }),
      }
      const person = { tenantId, name: '', lastName: '', email: null, username, password }
      return answerOnce(request, reply, {
        tenantId,
        subject: registrar?.sub ?? null,
        status: 200,
        run: (keyId) => registerAccount({ ...person, role, registrar }, actor, keyId),
        recover: resumeRegistration,
        resourceOf: ({ id }) => String(id),
        toBody: toWire,
      })
    },
  )

  app.post(
    '/auth/login',
    {
      schema: { tags, summary: 'Log in', body: TixgoLogin, response: { 200: TixgoSession } },
    },
    async (request) => {
      const { username, password, otp = null } = request.body
      const actor = actorOf(request, username)
      const account = await logIn({ loginName: username, password, otp }, actor)
      const session = await openSession(account, 'tixgo', actor)
      return { access_token: accessTokens.forTixgo(account, session), token_type: 'bearer' as const }
    },
  )

  app.get(
    '/auth/me',
    {
      onRequest: authenticate,
      schema: { tags, summary: 'Who am I', security: [{ bearer: [] }], response: { 200: TixgoAccount } },
    },
    async (request) => toWire(await getOwnAccount(callerOf(request))),
  )
}
