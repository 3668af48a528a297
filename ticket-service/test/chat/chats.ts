import assert from 'node:assert/strict'
import type { Member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'

type App = Pick<TicketService['app'], 'inject'>
type Database = Pick<TicketService, 'database'>
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export type Session = { id: string; status: string; ticket_id?: string; agent_id?: number } & Record<
  string,
  unknown
>
export type Entry = { id: string; kind: string; from: string; message: string } & Record<string, unknown>

const request = (app: App, by: Member, method: Method, url: string, payload?: object, headers = {}) =>
  app.inject({
    method,
    url: `/chat${url}`,
    headers: { ...by.headers, ...headers },
    ...(payload !== undefined && { payload }),
  })

export const setPresence = (app: App, by: Member, status = 'online') =>
  request(app, by, 'PUT', '/presence', { status })
export const endPresence = (app: App, by: Member) => request(app, by, 'DELETE', '/presence')
export const getPresence = (app: App, by: Member) => request(app, by, 'GET', '/presence')

export const open = (app: App, by: Member, fields: object = {}, headers = {}) =>
  request(app, by, 'POST', '/sessions', { message: 'The printer is on fire', ...fields }, headers)
export const getSession = (app: App, by: Member, id: string) => request(app, by, 'GET', `/sessions/${id}`)
export const accept = (app: App, by: Member, id: string) => request(app, by, 'POST', `/sessions/${id}/accept`)
export const say = (app: App, by: Member, id: string, message: string, nonce?: string) =>
  request(app, by, 'POST', `/sessions/${id}/messages`, { message, ...(nonce !== undefined && { nonce }) })
export const close = (app: App, by: Member, id: string, payload: object = {}) =>
  request(app, by, 'POST', `/sessions/${id}/close`, payload)
export const list = (app: App, by: Member, query = 'limit=100') =>
  request(app, by, 'GET', `/sessions?${query}`)
export const poll = (app: App, by: Member, id: string, query = '') =>
  request(app, by, 'GET', `/sessions/${id}/messages?limit=100${query}`)

/** The data of an answer that has to be this status. */
export function dataOf<T = unknown>(answer: Awaited<ReturnType<typeof open>>, status = 200): T {
  assert.equal(answer.statusCode, status, answer.body)
  return answer.json().data
}

export async function opened(app: App, by: Member, fields: object = {}): Promise<Session> {
  return dataOf(await open(app, by, fields), 201)
}

export async function entriesOf(app: App, by: Member, id: string): Promise<Entry[]> {
  return dataOf(await poll(app, by, id))
}

/** A session that this agent has accepted. */
export async function talking(app: App, requester: Member, agent: Member): Promise<Session> {
  dataOf(await setPresence(app, agent))
  const { id } = await opened(app, requester)
  return dataOf(await accept(app, agent, id))
}

/** As if the presence of everybody, or of these, had ended so many seconds ago. */
export function expirePresence({ database }: Database, secondsAgo = 1, of: readonly Member[] = []) {
  const whose = of.length === 0 ? '' : `WHERE user_id IN (${of.map(({ uid }) => uid).join(', ')})`
  return sql(
    database,
    `UPDATE chat_presence SET expires_at = UTC_TIMESTAMP(3) - INTERVAL ${secondsAgo} SECOND ${whose}`,
  )
}

/** As if a session had waited for its whole time. */
export function expireWait({ database }: Database, id: string) {
  return sql(database, `UPDATE chat_sessions SET waiting_until = UTC_TIMESTAMP(3) WHERE id = '${id}'`)
}

/** What the audit says of a session, in order. */
export async function deedsOf({ database }: Database, id: string) {
  const rows = await sql(
    database,
    `SELECT action, actor, details FROM audit_entries WHERE subject = 'chat:${id}' ORDER BY seq`,
  )
  return rows.map(({ action, actor, details }) => ({ action, actor, details: JSON.parse(String(details)) }))
}

export async function ticketsOf({ database }: Database, member: Member) {
  return sql(
    database,
    `SELECT id, title, description, category, priority, status, tenant_id, user_id, member_id, creator_key FROM tickets
      WHERE creator_key = '${member.sub}' AND tenant_id = ${member.tenantId} ORDER BY id`,
  )
}
