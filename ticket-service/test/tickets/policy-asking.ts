import assert from 'node:assert/strict'
import type { TicketService } from '../kit/ticket-service.ts'
import { type Route, routes } from './policy-routes.ts'
import { anyMark, isOperator, tenants, type Viewer, viewers } from './policy-world.ts'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** A viewer in a tenant, that a header names or not. Where it names their own, every third ticket will do. */
export type Context = {
  by: Viewer
  tenant: number
  headers: Record<string, string>
  what: string
  step: number
}

export const all: { name: string; method: Method; route: Route }[] = Object.entries(routes).flatMap(
  ([name, found]) => [found].flat().map((route) => ({ name, method: name.split(' ')[0] as Method, route })),
)
export const named = (by: Viewer, tenant: number): Context => ({
  ...{ by, tenant, headers: { ...by.headers, 'x-tenant-id': String(tenant) } },
  what: `${by.name} who names tenant ${tenant}`,
  step: tenant === by.member.tenantId ? 3 : 1,
})
/** Where they are let in. */
export const contexts: Context[] = viewers.flatMap((by) => [
  { by, tenant: by.member.tenantId, headers: by.headers, what: by.name, step: 1 },
  ...tenants
    .filter((tenant) => tenant === by.member.tenantId || isOperator(by))
    .map((tenant) => named(by, tenant)),
])
export const foreign: Context[] = viewers
  .filter((by) => !isOperator(by))
  .flatMap((by) =>
    tenants.filter((tenant) => tenant !== by.member.tenantId).map((tenant) => named(by, tenant)),
  )

export type Answer = { status: number; body: string; marks: string[] }
export type Ask = (context: Context, method: Method, url: string, payload?: object) => Promise<Answer>

/** Makes what sends requests, which are never a 5xx, and finds the marks in what comes back. */
export function createAsk({ app }: TicketService): { ask: Ask; count(): number } {
  let requests = 0
  const ask: Ask = async ({ headers }, method, url, payload) => {
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) })
    requests += 1
    assert.ok(answer.statusCode < 500, `${method} ${url} ${answer.body}`)
    const marks = new Set(`${JSON.stringify(answer.headers)} ${answer.body}`.match(anyMark) ?? [])
    return { status: answer.statusCode, body: answer.body, marks: [...marks].sort() }
  }
  return { ask, count: () => requests }
}

export function allows({ by }: Context, roles: Extract<Route, { roles: unknown }>['roles']): boolean {
  if (roles === 'all') return true
  return roles === 'admins' ? by.member.role === 'admin' || isOperator(by) : roles.includes(by.member.role)
}
