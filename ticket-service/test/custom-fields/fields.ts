import assert from 'node:assert/strict'
import { type Member, read } from '../kit/desk.ts'
import type { TicketService } from '../kit/ticket-service.ts'

export const path = '/admin/custom-fields'
type App = Pick<TicketService['app'], 'inject'>

export type Field = { id: string; key: string } & Record<string, unknown>

export const post = (app: App, by: Member, payload: object) =>
  app.inject({ method: 'POST', url: path, headers: by.headers, payload })

export const change = (app: App, by: Member, id: string, payload: object) =>
  app.inject({ method: 'PATCH', url: `${path}/${encodeURIComponent(id)}`, headers: by.headers, payload })

export const remove = (app: App, by: Member, id: string, query = '') =>
  app.inject({ method: 'DELETE', url: `${path}/${encodeURIComponent(id)}${query}`, headers: by.headers })

/** Defines a field. @returns it as it was answered */
export async function define(app: App, by: Member, definition: object): Promise<Field> {
  const answer = await post(app, by, { label: 'a label', type: 'text', ...definition })
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json().data
}

export async function list(app: App, by: Member): Promise<Field[]> {
  const answer = await read(app, by, path)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().data
}

/** What the detail of a ticket shows. */
export async function fieldsOf(app: App, by: Member, id: string): Promise<unknown> {
  const answer = await read(app, by, `/tickets/${id}`)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().data.fields
}

/** Asks for a ticket to be raised. */
export const raiseWith = (app: App, by: Member, fields: unknown, rest: object = {}) => {
  const payload = { title: 'a title', description: 'a text', category: 'technical', priority: 'low', ...rest }
  return app.inject({
    method: 'POST',
    url: '/tickets',
    headers: by.headers,
    payload: { ...payload, ...(fields !== undefined && { fields }) },
  })
}
