import { foldLoginName } from '@werk/shared/auth/login-name'
import { toRole } from '@werk/shared/auth/principal'
import { maySee, viewerOf, worksOn } from '../tickets/ticket-policy.ts'
import type { FindMentionable } from './mentionable.ts'

type Row = { id: number; role: string; login: string }

/** Of the table `directory_users`: active accounts of the ticket's tenant, by the one policy. */
export const findMentionable: FindMentionable = async (tx, ticket, userIds, internal) => {
  const rows = await tx.query<Row[]>(
    `SELECT id, role, COALESCE(email, username) AS login FROM directory_users WHERE id IN (?) AND tenant_id = ? AND active`,
    [userIds, ticket.tenantId],
  )
  return rows
    .filter(({ id, role, login }) => {
      const viewer = viewerOf(toRole(role), id, foldLoginName(login))
      const scope = { tenantId: ticket.tenantId, viewer }
      return internal ? worksOn(scope, ticket) : maySee(scope, ticket)
    })
    .map(({ id }) => id)
}
