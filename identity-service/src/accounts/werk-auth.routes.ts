import type { App } from '@werk/shared/app/create-app'
import type { Limit } from '@werk/shared/app/rate-limit'
import { tenantHeader } from '@werk/shared/auth/authenticate'
import type { AccessTokens } from './access-tokens.ts'
import type { Account } from './account.ts'
import type { LogIn } from './log-in.ts'
import type { RegisterAccount } from './register-account.ts'
import { WerkLogin, WerkRegistration, WerkSession } from './werk-auth.schemas.ts'

type Needs = {
  registerAccount: RegisterAccount
  logIn: LogIn
  accessTokens: AccessTokens
  limitLogins: Limit
}

const tags = ['Werk']

/** Contract 2. */
export function registerWerkAuthRoutes(
  app: App,
  { registerAccount, logIn, accessTokens, limitLogins }: Needs,
): void {
  const toSession = (account: Account) => ({
    token: accessTokens.forWerk(account),
    name: account.name,
    lastname: account.lastName,
    email: account.email ?? account.username ?? '',
  })

  app.post(
    '/api/auth/register',
    { schema: { tags, summary: 'Register', body: WerkRegistration, response: { 201: WerkSession } } },
    async (request, reply) => {
      const { name, lastname: lastName, email, password } = request.body
      const tenantId = tenantHeader(request) ?? 1
      const person = { tenantId, name, lastName, email, username: null, password }
      const account = await registerAccount({ ...person, role: 'user', registrar: null })
      return reply.code(201).send(toSession(account))
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
