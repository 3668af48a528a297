import assert from 'node:assert/strict'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { file, form } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'

export const path = '/admin/ticket-intents'
export const admin = bearer({ sub: 'ada@example.com', role: 'admin', tenant_id: 2 })
export const mara = bearer({ sub: 'mara@example.com', tenant_id: 2, invgate_id: 77 })

type Ticket = { title: string; when?: 'before' | 'after'; caller?: Record<string, string>; key?: string }

/** Raises a ticket that InvGate does not answer, with a file; `when`: whether InvGate has it. @returns its id */
export async function raiseUnanswered(s: TicketService, ticket: Ticket): Promise<string> {
  const { when = 'before' } = ticket
  await s.sandbox.control.setFaults([
    { route: 'POST incidents', fault: { type: 'html', status: 200, when }, times: 1 },
  ])
  assert.equal((await raise(s, ticket)).statusCode, 502)
  const [row] = await sql(s.database, 'SELECT id FROM ticket_intents ORDER BY id DESC LIMIT 1')
  return String(row?.id)
}

/** The same, given up by the workers. */
export async function parkTicket(
  s: TicketService,
  ticket: Ticket & { state?: 'in_doubt' | 'failed' },
): Promise<string> {
  const id = await raiseUnanswered(s, ticket)
  await setIntent(
    s,
    id,
    `state = '${ticket.state ?? 'in_doubt'}', available_at = '9999-12-31', last_error = 'why'`,
  )
  return id
}

export function raise(s: TicketService, { title, caller = mara, key }: Ticket) {
  const { headers, payload } = form(
    { name: 'title', content: title },
    { name: 'description', content: 'b' },
    file('a.txt', 'content'),
  )
  const keyed = key === undefined ? {} : { 'idempotency-key': key }
  return s.app.inject({
    method: 'POST',
    url: '/api/tickets',
    headers: { ...caller, ...headers, ...keyed },
    payload,
  })
}

export async function setIntent(s: TicketService, id: string, assignments: string): Promise<void> {
  await sql(s.database, `UPDATE ticket_intents SET ${assignments} WHERE id = '${id}'`)
}

export async function stateOf(s: TicketService, id: string): Promise<unknown> {
  const [row] = await sql(s.database, `SELECT state FROM ticket_intents WHERE id = '${id}'`)
  return row?.state ?? null
}

export function actionsOn(s: TicketService, id: string) {
  return sql(
    s.database,
    `SELECT actor, action, detail FROM operator_actions WHERE intent_id = '${id}' ORDER BY id`,
  )
}

export function act(
  s: TicketService,
  id: string,
  action: string,
  payload: object = {},
  headers: object = admin,
) {
  return s.app.inject({
    method: 'POST',
    url: `${path}/${encodeURIComponent(id)}/${action}`,
    headers: { ...headers },
    payload,
  })
}
