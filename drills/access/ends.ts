import { randomUUID } from 'node:crypto'
import { createPassword } from '../../scripts/database/private-database.ts'
import type { AccessWorld } from './access-world.ts'
import { type Answer, type Call, call, numberAt, textAt, valueAt } from './call.ts'

/** What lets somebody in, until it ends. */
export type Credential = {
  name: 'Werk' | 'TixGo' | 'WorkPulse' | 'API key'
  token: string
  /** how it is seen that it ended: by this status, or because it shows no tickets of others any more */
  ends: 401 | 403 | 'sees its own alone'
}

/** A change, and all that ends by it. */
export type End = {
  credentials: readonly Credential[]
  /** Resolves with identity's answer. */
  change(): Promise<void>
}

export type Kind = { name: string; prepare(world: AccessWorld): Promise<readonly End[]> }

/** For both services' routes that a credential is tried with. */
const scopes = ['tickets:read', 'accounts:read']

export const kinds: readonly Kind[] = [
  {
    name: 'log-out',
    async prepare(world) {
      const ask = asks(world)
      const { tokens } = await createPerson(world)
      return tokens.map((credential) => ({
        credentials: [credential],
        change: async () => {
          await ask(200, { method: 'POST', path: '/api/v1/auth/logout', token: credential.token })
        },
      }))
    },
  },
  {
    name: 'password change',
    async prepare(world) {
      const ask = asks(world)
      const { email, password, tokens } = await createPerson(world)
      const session = await ask(200, logIn('/api/v1/auth/login', { email, password }))
      const body = { current_password: password, new_password: createPassword() }
      const change = async () => {
        const token = textAt(session, 'data', 'access_token')
        await ask(200, { method: 'POST', path: '/api/v1/auth/password/change', token, body })
      }
      return [{ credentials: tokens, change }]
    },
  },
  {
    name: 'deactivation',
    async prepare(world) {
      const { id, admin, tokens, apiKey } = await createPerson(world)
      const change = () => patch(world, admin, `/admin/users/${id}`, { active: false })
      return [{ credentials: [...tokens, { ...apiKey, ends: 401 }], change }]
    },
  },
  {
    name: 'role change',
    async prepare(world) {
      const { id, admin, tokens, apiKey } = await createPerson(world, { role: 'agent' })
      const change = () => patch(world, admin, `/admin/users/${id}`, { role: 'user' })
      return [{ credentials: [...tokens, { ...apiKey, ends: 'sees its own alone' }], change }]
    },
  },
  {
    name: 'inactive tenant',
    async prepare(world) {
      const admin = await logInAdmin(world)
      const body = { name: `Drill ${randomUUID()}` }
      const made = await asks(world)(201, { method: 'POST', path: '/admin/tenants', token: admin, body })
      const tenantId = numberAt(made, 'data', 'id')
      const { tokens, apiKey } = await createPerson(world, { tenantId })
      const change = () => patch(world, admin, `/admin/tenants/${tenantId}`, { active: false })
      const credentials = [...tokens, apiKey].map((credential) => ({ ...credential, ends: 403 as const }))
      return [{ credentials, change }]
    },
  },
]

/** `ended`, `admitted`, or neither, when the replica answered anything else or nothing. */
export async function tryCredential(
  url: string,
  path: '/api/tickets?limit=1' | '/api/v1/auth/me',
  { token, ends }: Credential,
): Promise<'ended' | 'admitted' | 'neither'> {
  const answer = await call(url, { method: 'GET', path, token })
  if (answer?.status === 200) {
    if (ends !== 'sees its own alone') return 'admitted'
    const tickets = valueAt(answer.body, 'data')
    return Array.isArray(tickets) && tickets.length > 0 ? 'admitted' : 'ended'
  }
  return answer?.status === ends ? 'ended' : 'neither'
}

type Person = {
  id: number
  email: string
  password: string
  /** one of each dialect, each of a session of its own */
  tokens: Credential[]
  apiKey: Credential
  /** a token of the operator */
  admin: string
}

async function createPerson(world: AccessWorld, { role = 'user', tenantId = 1 } = {}): Promise<Person> {
  const ask = asks(world)
  const admin = await logInAdmin(world)
  const email = `${randomUUID()}@drill.invalid`
  const password = createPassword()
  const person = await ask(201, {
    method: 'POST',
    path: '/admin/users',
    token: admin,
    headers: { 'x-tenant-id': String(tenantId) },
    body: { name: 'Drill', email, password, role },
  })
  const werk = await ask(200, logIn('/api/auth/login', { email, password }))
  const tixgo = await ask(200, logIn('/auth/login', { username: email, password }))
  const workpulse = textAt(
    await ask(200, logIn('/api/v1/auth/login', { email, password })),
    'data',
    'access_token',
  )
  const key = await ask(201, {
    method: 'POST',
    path: '/api/v1/auth/api-keys',
    token: workpulse,
    body: { name: 'a machine', scopes },
  })
  return {
    id: numberAt(person, 'data', 'id'),
    email,
    password,
    admin,
    tokens: [
      { name: 'Werk', token: textAt(werk, 'token'), ends: 401 },
      { name: 'TixGo', token: textAt(tixgo, 'access_token'), ends: 401 },
      { name: 'WorkPulse', token: workpulse, ends: 401 },
    ],
    apiKey: { name: 'API key', token: textAt(key, 'data', 'key'), ends: 401 },
  }
}

async function logInAdmin(world: AccessWorld): Promise<string> {
  const answer = await asks(world)(200, logIn('/api/v1/auth/login', world.admin))
  return textAt(answer, 'data', 'access_token')
}

function logIn(path: string, body: object): Call {
  return { method: 'POST', path, body }
}

async function patch(world: AccessWorld, token: string, path: string, body: object): Promise<void> {
  await asks(world)(200, { method: 'PATCH', path, token, body })
}

/** Asks the replica of identity whose turn it is. @throws unless it answers as expected */
function asks({ rotations }: AccessWorld): (expected: number, request: Call) => Promise<Answer['body']> {
  return async (expected, request) => {
    const { name, url } = rotations.identity.next()
    const answer = await call(url, request)
    if (answer?.status === expected) return answer.body
    throw new Error(`${name} answered ${request.method} ${request.path} ${answer?.status} ${answer?.detail}`)
  }
}
