import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf, namedTenant } from '@werk/shared/auth/authenticate'
import type { Directory } from '@werk/shared/auth/directory'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import { actorOf } from '../audit/request-actor.ts'
import type { EndReplaced } from '../sessions/end-replaced.wire.ts'
import { GrantBody, type SendGrant, toWorkpulseUser, WorkpulseUser } from '../sessions/grant.wire.ts'
import type { Grant, GrantSession } from '../sessions/grant-session.ts'
import type { GetOwnAccount } from './get-own-account.ts'
import type { LogIn } from './log-in.ts'
import type { RegisterAccount } from './register-account.ts'
import type { ResumeRegistration } from './resume-registration.ts'
import { WorkpulseLogin, WorkpulseRegistration } from './workpulse-auth.schemas.ts'

type Needs = {
  registerAccount: RegisterAccount
  resumeRegistration: ResumeRegistration
  answerOnce: AnswerOnce
  logIn: LogIn
  getOwnAccount: GetOwnAccount
  authenticate: Authenticate
  grantSession: GrantSession
  sendGrant: SendGrant
  endReplaced: EndReplaced
  ownTeams: { findTeamsOf(userId: number): Promise<Grant['teams']> }
  directory: Directory
}

const tags = ['WorkPulse']

/** Contract 4: register, log in, who am I. */
export function registerWorkpulseAuthRoutes(app: App, needs: Needs): void {
  const { registerAccount, resumeRegistration, answerOnce, logIn, getOwnAccount } = needs
  const { authenticate, grantSession, sendGrant, endReplaced, ownTeams, directory } = needs

  app.post(
    '/api/v1/auth/register',
    {
      schema: {
        tags,
        summary: 'Register',
        headers: IdempotencyHeader,
        body: WorkpulseRegistration,
        response: { 201: Envelope(GrantBody) },
      },
    },
    async (request, reply) => {
      const { name, lastname: lastName = '', email, password } = request.body
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
        toBody: async (account) => {
          const grant = await grantSession(account, actor)
          return envelope(request, sendGrant(reply, grant), { message: 'you are registered' })
        },
      })
    },
  )

  app.post(
    '/api/v1/auth/login',
    {
      schema: { tags, summary: 'Log in', body: WorkpulseLogin, response: { 200: Envelope(GrantBody) } },
    },
    async (request, reply) => {
      const { email, password, otp = null } = request.body
      const actor = actorOf(request, email)
      const account = await logIn({ loginName: email, password, otp }, actor)
      const grant = await grantSession(account, actor)
      await endReplaced(request, actor)
      return envelope(request, sendGrant(reply, grant))
    },
  )

  app.get(
    '/api/v1/auth/me',
    {
      config: { apiScope: 'accounts:read' },
      onRequest: authenticate,
      schema: {
        tags,
        summary: 'Who am I',
        security: [{ bearer: [] }],
        response: { 200: Envelope(WorkpulseUser) },
      },
    },
    async (request) => {
      const account = await getOwnAccount(callerOf(request))
      return envelope(request, toWorkpulseUser(account, await ownTeams.findTeamsOf(account.id)))
    },
  )
}
