import { toRole } from '@werk/shared/auth/principal'
import type { FeedEntry } from '@werk/shared/directory/feed'
import type { Prisma } from './generated/client.ts'

/** Something that the ticket-service must know of and that a transaction has changed or removed. */
export type Changed =
  | { entity: 'tenant' | 'user' | 'team' | 'api_key'; id: number }
  | { entity: 'ended_session'; id: string }

export type FeedState = { data: FeedEntry['data'] /** when it can be forgotten */; expiresAt: Date | null }

type Transaction = Prisma.TransactionClient

/**
 * The state of something as the feed tells it, null when it is gone. The reads lock, because a plain one would see what
 * was committed when the transaction began.
 */
export async function readFeedState(tx: Transaction, { entity, id }: Changed): Promise<FeedState> {
  switch (entity) {
    case 'tenant':
      return lasting(await readTenant(tx, id))
    case 'user':
      return lasting(await readUser(tx, id))
    case 'team':
      return lasting(await readTeam(tx, id))
    case 'api_key':
      return readApiKey(tx, id)
    case 'ended_session':
      return readEndedSession(tx, id)
  }
}

const lasting = (data: FeedState['data']): FeedState => ({ data, expiresAt: null })

async function readTenant(tx: Transaction, id: number): Promise<FeedState['data']> {
  const [row] = await tx.$queryRaw<{ name: string; active: number | boolean }[]>`
    SELECT name, active FROM tenants WHERE id = ${id} LOCK IN SHARE MODE`
  if (row === undefined) return null
  const domains = await tx.$queryRaw<{ domain: string }[]>`
    SELECT domain FROM tenant_domains WHERE tenant_id = ${id} ORDER BY domain LOCK IN SHARE MODE`
  return { id, name: row.name, active: Boolean(row.active), domains: domains.map(({ domain }) => domain) }
}

type UserRow = {
  tenant_id: bigint | number
  name: string
  last_name: string
  email: string | null
  username: string | null
  role: string
  active: number | boolean
  invgate_id: bigint | number | null
}

async function readUser(tx: Transaction, id: number): Promise<FeedState['data']> {
  const [row] = await tx.$queryRaw<UserRow[]>`
    SELECT tenant_id, name, last_name, email, username, role, active, invgate_id
    FROM users WHERE id = ${id} LOCK IN SHARE MODE`
  if (row === undefined) return null
  const { tenant_id, last_name, active, invgate_id, role, ...rest } = row
  return {
    id,
    tenant_id: Number(tenant_id),
    ...rest,
    role: toRole(role),
    lastname: last_name,
    active: Boolean(active),
    invgate_id: invgate_id === null ? null : Number(invgate_id),
  }
}

async function readTeam(tx: Transaction, id: number): Promise<FeedState['data']> {
  const [row] = await tx.$queryRaw<{ tenant_id: bigint | number; name: string }[]>`
    SELECT tenant_id, name FROM teams WHERE id = ${id} LOCK IN SHARE MODE`
  if (row === undefined) return null
  const members = await tx.$queryRaw<{ user_id: bigint | number; lead: number | boolean }[]>`
    SELECT user_id, \`lead\` FROM team_members WHERE team_id = ${id} ORDER BY user_id LOCK IN SHARE MODE`
  return {
    id,
    tenant_id: Number(row.tenant_id),
    name: row.name,
    members: members.map(({ user_id, lead }) => ({ user_id: Number(user_id), lead: Boolean(lead) })),
  }
}

type KeyRow = {
  user_id: bigint | number
  hash: string
  scopes: string
  expires_at: Date
  revoked_at: Date | null
}

async function readApiKey(tx: Transaction, id: number): Promise<FeedState> {
  const [row] = await tx.$queryRaw<KeyRow[]>`
    SELECT user_id, hash, scopes, expires_at, revoked_at FROM api_keys WHERE id = ${id} LOCK IN SHARE MODE`
  if (row === undefined || row.revoked_at !== null) return lasting(null)
  const data = {
    id,
    user_id: Number(row.user_id),
    hash: row.hash,
    scopes: row.scopes.split(' '),
    expires_at: row.expires_at.toISOString(),
  }
  return lasting(data)
}

async function readEndedSession(tx: Transaction, id: string): Promise<FeedState> {
  const [row] = await tx.$queryRaw<{ expires_at: Date }[]>`
    SELECT expires_at FROM sessions WHERE id = ${id} LOCK IN SHARE MODE`
  if (row === undefined) return lasting(null)
  return { data: { id, expires_at: row.expires_at.toISOString() }, expiresAt: row.expires_at }
}
