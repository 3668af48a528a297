import type { App } from '@werk/shared/app/create-app'
import { namedTenant } from '@werk/shared/auth/authenticate'
import type { Directory } from '@werk/shared/auth/directory'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import type { Static } from 'typebox'
import type { Actor } from '../audit/audit-entry.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { OpenSession } from '../sessions/open-session.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Account } from './account.ts'
import type { LogIn } from './log-in.ts'
import type { RegisterAccount } from './register-account.ts'
import type { ResumeRegistration } from './resume-registration.ts'
import { WerkLogin, WerkRegistration, WerkSession } from './werk-auth.schemas.ts'

type Needs = {
  registerAccount: RegisterAccount
  resumeRegistration: ResumeRegistration
  answerOnce: AnswerOnce
  logIn: LogIn
  accessTokens: AccessTokens
  openSession: OpenSession
  directory: Directory
}

const tags = ['Werk']

/** Contract 2. */
export function registerWerkAuthRoutes(app: App, needs: Needs): void {
  const { registerAccount, resumeRegistration, answerOnce, logIn, accessTokens } = needs
  const { openSession, directory } = needs
  const toSession = async (account: Account, actor: Actor): Promise<Static<typeof WerkSession>> => ({
    token: accessTokens.forWerk(account, await openSession(account, 'werk', actor)),
    name: account.name,
    lastname: account.lastName,
    email: account.email ?? account.username ?? '',
  })

  app.post(
    '/api/auth/register',
    {
      schema: {
        tags,
        summary: 'Register',
        headers: IdempotencyHeader,
        body: WerkRegistration,
        response: { 201: WerkSession },
      },
    },
    async (request, reply) => {
      const { name, lastname: lastName, email, password } = request.body
      const tenantId = (await namedTenant(request, directory)) ?? 1
      const actor = actorOf(request, email)
      const person = { tenantId, name, lastName, email, username: null, password }
      return answerOnce(request, reply, {
        tenantId,
        subject: null,
        status: 201,
        run: (keyId) => registerAccount({ ...person, role: 'user', registrar: null }, actor, keyId),
        recover: resumeRegistration,
        resourceOf: ({ id }) => String(id),
        toBody: (account) => toSession(account, actor),
      })
    },
  )

  app.post(
    '/api/auth/login',
    {
      schema: { tags, summary: 'Log in', body: WerkLogin, response: { 200: WerkSession } },
    },
    async (request) => {
      const { email, password, otp = null } = request.body
      const actor = actorOf(request, email)
      return toSession(await logIn({ loginName: email, password, otp }, actor), actor)
    },
  )
}
