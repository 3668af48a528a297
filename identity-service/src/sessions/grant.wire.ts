import { Role } from '@werk/shared/auth/principal'
import type { FastifyReply } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Account } from '../accounts/account.ts'
import type { Grant } from './grant-session.ts'
import type { RefreshCookie } from './refresh-cookie.wire.ts'

const orNull = Type.Union([Type.String(), Type.Null()])

/** A person, as contract 4 shows one. */
export const WorkpulseUser = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  lastname: Type.String(),
  email: orNull,
  username: orNull,
  role: Role,
  tenant_id: Type.Integer(),
  teams: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })),
})

export const GrantBody = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({ description: 'seconds' }),
  refresh_token: Type.String(),
  user: WorkpulseUser,
})

export function toWorkpulseUser(account: Account, teams: Grant['teams']): Static<typeof WorkpulseUser> {
  const { id, name, lastName: lastname, email, username, role, tenantId: tenant_id } = account
  return { id, name, lastname, email, username, role, tenant_id, teams }
}

/** Sets the refresh token as a cookie, for browsers, and gives the body that holds it for all others. */
export type SendGrant = (reply: FastifyReply, grant: Grant) => Static<typeof GrantBody>

export function createSendGrant(cookie: RefreshCookie): SendGrant {
  return (reply, { account, teams, ...grant }) => {
    cookie.write(reply, grant.refreshToken, grant.refreshExpiresAt)
    return {
      access_token: grant.accessToken,
      token_type: 'bearer',
      expires_in: grant.expiresIn,
      refresh_token: grant.refreshToken,
      user: toWorkpulseUser(account, teams),
    }
  }
}
