import assert from 'node:assert/strict'
import type { Role } from '@werk/shared/auth/principal'
import { tixgoLogin, werkLogin } from './calls.ts'
import { type IdentityService, startIdentityService } from './identity-service.ts'

type App = IdentityService['app']
type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
type Parts = { body?: object | string; headers?: Record<string, string>; tenant?: number }

const operator = { email: 'operator@example.com', password: 'a password for the operator' }

/** A request with a token. @param tenant goes into X-Tenant-ID */
export const ask = (app: App, token: string, method: Method, url: string, parts: Parts = {}) =>
  app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${token}`,
      ...(parts.tenant !== undefined && { 'x-tenant-id': String(parts.tenant) }),
      ...parts.headers,
    },
    ...(parts.body !== undefined && { payload: parts.body }),
  })

export type Answer = Awaited<ReturnType<typeof ask>>

/** The `data` of an answer that must have that status. */
export function dataOf<T = Record<string, unknown>>(answer: Answer, status = 200): T {
  assert.equal(answer.statusCode, status, answer.body)
  const { ok, data }: { ok: boolean; data: T } = answer.json()
  assert.equal(ok, true)
  return data
}

/** A service whose first admin runs the installation. */
export async function startAdministeredService(env: Record<string, string> = {}) {
  const service = await startIdentityService({
    ADMIN_EMAIL: operator.email,
    ADMIN_PASSWORD: operator.password,
    ...env,
  })
  const { app } = service
  const token = await logIn(app, operator.email, operator.password)
  let made = 0

  const makeTenant = async (details: { name?: string; domains?: string[] } = {}) => {
    const body = { name: 'Another company', ...details }
    return dataOf<{ id: number }>(await ask(app, token, 'POST', '/admin/tenants', { body }), 201).id
  }

  /** Somebody new, by the username alone, who is logged in. */
  const makeUser = async (role: Role, tenant = 1, details: { name?: string } = {}) => {
    made += 1
    const password = `correct horse ${made}`
    const body = { name: 'Grace', lastname: 'Hopper', username: `grace-${made}`, password, role, ...details }
    const user = dataOf<{ id: number; username: string }>(
      await ask(app, token, 'POST', '/admin/users', { body, tenant }),
      201,
    )
    const login = await tixgoLogin(app, user.username, password)
    assert.equal(login.statusCode, 200, login.body)
    return { ...user, password, role, tenant, token: String(login.json().access_token) }
  }

  return { service, app, operator: { ...operator, token }, makeTenant, makeUser }
}

export async function logIn(app: App, email: string, password: string): Promise<string> {
  const answer = await werkLogin(app, email, password)
  assert.equal(answer.statusCode, 200, answer.body)
  return String(answer.json().token)
}
