import assert from 'node:assert/strict'
import type { Role } from '@werk/shared/auth/principal'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { sql } from './sql.ts'
import type { TicketService } from './ticket-service.ts'

/** Somebody who has an account: what the directory says of them, and the header of their requests. */
export type Member = {
  uid: number
  sub: string
  role: Role
  tenantId: number
  headers: Record<string, string>
}

/** Somebody's token, without an account in the directory. */
export function member(uid: number, role: Role = 'user', tenantId = 1, invgateId?: number): Member {
  const sub = `${role}${uid}@example.com`
  const claims = { sub, uid, role, tenant_id: tenantId, email: sub, name: `${role} ${uid}` }
  const headers = bearer({ ...claims, ...(invgateId !== undefined && { invgate_id: invgateId }) })
  return { uid, sub, role, tenantId, headers }
}

/** Tells the directory of them, as the identity-service's feed would. */
export async function enrol(
  { database }: Pick<TicketService, 'database'>,
  members: readonly (Member & { invgateId?: number; active?: boolean })[],
): Promise<void> {
  const rows = members.map(
    ({ uid, sub, role, tenantId, invgateId, active = true }) =>
      `(${uid}, ${tenantId}, '${role}', '${uid}', '${sub}', NULL, '${sub}', '${role}', ${active}, ${invgateId ?? 'NULL'})`,
  )
  await sql(
    database,
    `REPLACE INTO directory_users (id, tenant_id, name, last_name, email, username, login_key, role, active, invgate_id)
      VALUES ${rows.join(', ')}`,
  )
}

type App = Pick<TicketService['app'], 'inject'>

export type Raised = { id: string; version: number; status: string; agent_id?: number } & Record<
  string,
  unknown
>

/** Raises a ticket in the Tickets dialect, and gives it as it was answered. */
export async function raise(app: App, by: Member, fields: object = {}): Promise<Raised> {
  const payload = {
    title: 'a title',
    description: 'a text',
    category: 'technical',
    priority: 'low',
    ...fields,
  }
  const answer = await app.inject({ method: 'POST', url: '/tickets', headers: by.headers, payload })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json().data
}

export const patch = (app: App, by: Member, id: string, payload: object, headers: object = {}) =>
  app.inject({ method: 'PATCH', url: `/tickets/${id}`, headers: { ...by.headers, ...headers }, payload })

export const replyTo = (app: App, by: Member, id: string, payload: object) =>
  app.inject({ method: 'POST', url: `/tickets/${id}/replies`, headers: by.headers, payload })

export const read = (app: App, by: Member, url: string, headers: object = {}) =>
  app.inject({ url, headers: { ...by.headers, ...headers } })
