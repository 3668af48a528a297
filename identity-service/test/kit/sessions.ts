import assert from 'node:assert/strict'
import { person, post } from './calls.ts'
import type { IdentityService } from './identity-service.ts'

type App = IdentityService['app']
type Headers = Record<string, string>
type Grant = { access_token: string; refresh_token: string; expires_in: number; user: { id: number } }

/** Registers through WorkPulse. @returns who it is, and what the answer holds */
export async function granted(app: App, details: Parameters<typeof person>[0] = {}, headers: Headers = {}) {
  const who = person(details)
  const answer = await post(app, '/api/v1/auth/register', who, headers)
  assert.equal(answer.statusCode, 201, answer.body)
  const data: Grant = answer.json().data
  return { ...who, ...data }
}

export const workpulseLogin = (app: App, email: string, password: string, headers: Headers = {}) =>
  post(app, '/api/v1/auth/login', { email, password }, headers)

export const refresh = (app: App, token: string, headers: Headers = {}) =>
  post(app, '/api/v1/auth/refresh', { refresh_token: token }, headers)

/** Refreshes, which must succeed. */
export async function refreshed(app: App, token: string, headers: Headers = {}): Promise<Grant> {
  const answer = await refresh(app, token, headers)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().data
}

export const cookieName = '__Host-werk_refresh'

/** A request as a browser sends it, with the cookie and no body. */
export const byCookie = (app: App, path: 'refresh' | 'logout', token: string, headers: Headers = {}) =>
  app.inject({
    method: 'POST',
    url: `/api/v1/auth/${path}`,
    headers: { ...headers, cookie: `${cookieName}=${token}` },
  })

export const sameOrigin = { 'sec-fetch-site': 'same-origin' }

/** The refresh cookie of an answer: undefined where there is none. */
export const setCookie = (answer: Awaited<ReturnType<typeof byCookie>>) =>
  answer.cookies.find(({ name }) => name === cookieName)

export const get = (app: App, url: string, token: string) =>
  app.inject({ url, headers: { authorization: `Bearer ${token}` } })

/** A clock that stands until it is moved. */
export function createTestClock() {
  let time = Date.now()
  return {
    now: () => new Date(time),
    advance: (seconds: number) => {
      time += seconds * 1000
    },
  }
}
