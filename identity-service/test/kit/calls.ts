import assert from 'node:assert/strict'
import { createConnection } from 'mariadb'
import type { IdentityService } from './identity-service.ts'

type App = IdentityService['app']
type Headers = Record<string, string>

export const post = (app: App, url: string, payload: object, headers: Headers = {}) =>
  app.inject({ method: 'POST', url, payload, headers })

let made = 0
/** Somebody new in every call. */
export function person(
  details: Partial<{ name: string; lastname: string; email: string; password: string }> = {},
) {
  made += 1
  return {
    name: 'Ada',
    lastname: 'Lovelace',
    email: `ada.${made}@example.com`,
    password: `correct horse ${made}`,
    ...details,
  }
}

/** Registers through Werk. @returns who it is, and the token */
export async function registered(
  app: App,
  details: Parameters<typeof person>[0] = {},
  headers: Headers = {},
) {
  const who = person(details)
  const answer = await post(app, '/api/auth/register', who, headers)
  assert.equal(answer.statusCode, 201, answer.body)
  return { ...who, token: String(answer.json().token) }
}

/** Registers through TixGo. @returns who it is */
export async function registeredUsername(app: App, headers: Headers = {}, role = 'committee') {
  made += 1
  const who = { username: `grace-${made}`, password: `correct horse ${made}`, role }
  const answer = await post(app, '/auth/register', who, headers)
  assert.equal(answer.statusCode, 200, answer.body)
  return who
}

export const werkLogin = (app: App, email: string, password: string) =>
  post(app, '/api/auth/login', { email, password })

export const tixgoLogin = (app: App, username: string, password: string) =>
  post(app, '/auth/login', { username, password })

export const authorization = (token: string) => ({ authorization: `Bearer ${token}` })

/** The parts of a token, unchecked. */
export function readToken(token: string) {
  const [header = '', claims = ''] = token.split('.')
  const read = (part: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(part, 'base64url').toString())
  return { header: read(header), claims: read(claims) }
}

/** One statement on the service's database, as an operator would run it. */
export async function query<T>(
  { database }: IdentityService,
  sql: string,
  values: unknown[] = [],
): Promise<T> {
  const url = new URL(database.url)
  const connection = await createConnection({
    host: url.hostname,
    port: Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: database.name,
    allowPublicKeyRetrieval: true,
    bigIntAsNumber: true,
    insertIdAsNumber: true,
    timezone: 'Z',
  })
  try {
    return await connection.query<T>(sql, values)
  } finally {
    await connection.end()
  }
}
