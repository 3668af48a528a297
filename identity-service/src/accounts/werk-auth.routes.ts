import type { App } from '@werk/shared/app/create-app'
import type { Limit } from '@werk/shared/app/rate-limit'
import { tenantHeader } from '@werk/shared/auth/authenticate'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import type { Static } from 'typebox'
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
  limitLogins: Limit
}

const tags = ['Werk']

/** Contract 2. */
export function registerWerkAuthRoutes(
  app: App,
  { registerAccount, resumeRegistration, answerOnce, logIn, accessTokens, limitLogins }: Needs,
): void {
  const toSession = (account: Account): Static<typeof WerkSession> => ({
    token: accessTokens.forWerk(account),
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
      const tenantId = tenantHeader(request) ?? 1
      const person = { tenantId, name, lastName, email, username: null, password }
      return answerOnce(request, reply, {
        tenantId,
        subject: null,
        status: 201,
        run: (keyId) => registerAccount({ ...person, role: 'user', registrar: null }, keyId),
        recover: resumeRegistration,
        resourceOf: ({ id }) => String(id),
        toBody: toSession,
      })
    },
  )

  app.post(
    '/api/auth/login',
    {
      config: { loginNameIn: 'email' },
      preHandler: limitLogins,
      schema: { tags, summary: 'Log in', body: WerkLogin, response: { 200: WerkSession } },
    },
    async (request) => toSession(await logIn(request.body.email, request.body.password)),
  )
}
