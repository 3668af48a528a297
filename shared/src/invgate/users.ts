import type { Call } from './call.ts'
import { startDeadline } from './deadline.ts'
import { nullWhenAbsent } from './null-when-absent.ts'
import { jsonBody } from './request-body.ts'
import { isRecord, readId, readText } from './wire-values.ts'

/** A person in InvGate. What InvGate does not say is null. */
export type InvGateUser = {
  id: number
  name: string | null
  lastname: string | null
  email: string | null
  username: string | null
}

export type NewInvGateUser = { name: string; lastname: string; email: string }

/** `GET user.by`; null when InvGate knows nobody with the address. */
export function createUserFinder(call: Call, timeoutMs: number) {
  return async (email: string, options: { timeoutMs?: number } = {}): Promise<InvGateUser | null> => {
    const read = (body: unknown) => (isEmpty(body) ? null : readUser(body))
    const request = { method: 'GET', path: 'user.by', query: [['email', email]] } as const
    return call(request, read, startDeadline(options.timeoutMs ?? timeoutMs)).catch(nullWhenAbsent)
  }
}

/** `POST user`. No password is ever sent: InvGate makes its own. Where the answer is the id alone, the rest is what was asked for. */
export function createUserCreator(call: Call, timeoutMs: number) {
  return async ({ name, lastname, email }: NewInvGateUser): Promise<InvGateUser> => {
    const body = jsonBody({ name, lastname, email })
    const user = await call({ method: 'POST', path: 'user', body }, readUser, startDeadline(timeoutMs))
    return {
      ...user,
      name: user.name ?? name,
      lastname: user.lastname ?? lastname,
      email: user.email ?? email,
    }
  }
}

function readUser(body: unknown): InvGateUser | undefined {
  const user = Array.isArray(body) && body.length === 1 ? body[0] : body
  const id = isRecord(user) ? readId(user.id) : null
  if (!isRecord(user) || id === null) return undefined
  return {
    id,
    name: readText(user.name),
    lastname: readText(user.lastname),
    email: readText(user.email),
    username: readText(user.username),
  }
}

/** PHP's ways to say "nobody". */
function isEmpty(body: unknown): boolean {
  return body === null || (Array.isArray(body) && body.length === 0)
}
