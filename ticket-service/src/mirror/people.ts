import type { PoolConnection } from '@werk/shared/database/pool'
import type { InvGateClient } from '@werk/shared/invgate/client'

/** Who somebody is in InvGate: by what the directory knows, else by e-mail; null for whoever InvGate does not know. */
export type FindPerson = (person: {
  tenantId: number
  userId: number | null
  /** The login name. */
  login: string
}) => Promise<number | null>

type Needs = {
  directory: PeopleDirectory
  invgate: Pick<InvGateClient, 'findUserByEmail'>
}

/** The account here of a user of InvGate's. */
export type FindAuthor = (
  tx: PoolConnection,
  tenantId: number,
  invGateId: number | null,
) => Promise<Person | null>

export type Person = { id: number; name: string }

/** What the directory says of accounts and their users in InvGate. */
export type PeopleDirectory = {
  findInvGateId(tenantId: number, userId: number): Promise<number | null>
  /** The active agent, admin or vendor of the tenant whose InvGate user this is. */
  findAgent(tenantId: number, invGateId: number): Promise<Person | null>
  /** The e-mail, or else the username, of an account. */
  findLogin(tenantId: number, userId: number): Promise<string | null>
}

export function createFindPerson({ directory, invgate }: Needs): FindPerson {
  return async ({ tenantId, userId, login }) => {
    const known = userId === null ? null : await directory.findInvGateId(tenantId, userId)
    if (known !== null) return known
    if (!login.includes('@')) return null
    return (await invgate.findUserByEmail(login))?.id ?? null
  }
}
