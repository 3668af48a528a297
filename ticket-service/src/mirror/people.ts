import type { PoolConnection } from '@werk/shared/database/pool'
import type { InvGateClient } from '@werk/shared/invgate/client'
import type { FindMapping, InvGateMapping } from './invgate-mapping.ts'

/** Who somebody is in InvGate: by the tenant's mapping, by what the directory knows, else by e-mail; null for whoever InvGate does not know. */
export type FindPerson = (person: {
  tenantId: number
  userId: number | null
  /** The login name. */
  login: string
}) => Promise<number | null>

type Needs = {
  directory: PeopleDirectory
  findMapping: FindMapping
  invgate: Pick<InvGateClient, 'findUserByEmail'>
}

/** The account here of a user of InvGate's. */
export type FindAuthor = (tx: PoolConnection, tenantId: number, who: Who) => Promise<Person | null>

export type Person = { id: number; name: string }

/** An account by its number, or by its user in InvGate. */
export type Who = { column: 'id' | 'invgate_id'; id: number }

/** Whom a user of InvGate's stands for: what the tenant's mapping says goes before what the directory says. */
export function whoIs(mapping: InvGateMapping, invGateId: number): Who {
  const userId = mapping.accountOf(invGateId)
  return userId === null ? { column: 'invgate_id', id: invGateId } : { column: 'id', id: userId }
}

/** What the directory says of accounts and their users in InvGate. */
export type PeopleDirectory = {
  findInvGateId(tenantId: number, userId: number): Promise<number | null>
  /** The active agent, admin or vendor of the tenant whose InvGate user this is. */
  findAgent(tenantId: number, who: Who): Promise<Person | null>
  /** The e-mail, or else the username, of an account. */
  findLogin(tenantId: number, userId: number): Promise<string | null>
}

export function createFindPerson({ directory, findMapping, invgate }: Needs): FindPerson {
  return async ({ tenantId, userId, login }) => {
    const known =
      userId === null
        ? null
        : ((await findMapping(tenantId)).personOf(userId) ??
          (await directory.findInvGateId(tenantId, userId)))
    if (known !== null) return known
    if (!login.includes('@')) return null
    return (await invgate.findUserByEmail(login))?.id ?? null
  }
}
