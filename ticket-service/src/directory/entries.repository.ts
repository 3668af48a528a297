import { foldLoginName } from '@werk/shared/auth/login-name'
import type { PoolConnection } from '@werk/shared/database/pool'
import type { FeedEntity, FeedEntry } from '@werk/shared/directory/feed'
import type { UserData } from './key-owner.ts'

type Value = string | number | boolean | Date | null
type Entry<E extends FeedEntity> = Extract<FeedEntry, { entity: E }>

/** No tenant has it: for accounts that are gone. */
const noTenant = 0
const rowsAtOnce = 500
/** Of `login_key`: folding makes some names longer. */
const longestKey = 320

/** Writes the newest state of things, each of which occurs once, over what is there of them. */
export async function writeEntries(tx: PoolConnection, entries: readonly FeedEntry[]): Promise<void> {
  for (let at = 0; at < entries.length; at += rowsAtOnce) {
    const some = entries.slice(at, at + rowsAtOnce)
    await writeTenants(tx, ofKind(some, 'tenant'))
    await writeUsers(tx, ofKind(some, 'user'))
    await writeTeams(tx, ofKind(some, 'team'))
    await writeEndedSessions(tx, ofKind(some, 'ended_session'))
    await writeApiKeys(tx, ofKind(some, 'api_key'))
  }
}

/** Removes all but the ended sessions. */
export async function emptyDirectory(tx: PoolConnection): Promise<void> {
  for (const table of ['tenants', 'domains', 'users', 'teams', 'team_members', 'api_keys'])
    await tx.query(`DELETE FROM directory_${table}`)
}

async function writeTenants(tx: PoolConnection, entries: Entry<'tenant'>[]): Promise<void> {
  await removeBy(tx, 'directory_domains', 'tenant_id', entries)
  // One that is gone stays as one that is not active: a token may still name it.
  const rows = entries.map(({ id, data }) => [Number(id), data?.name ?? '', data?.active ?? false])
  await replaceRows(tx, 'directory_tenants', ['id', 'name', 'active'], rows)
  const domains = present(entries).flatMap(({ id, domains }) => domains.map((domain) => [domain, id]))
  await replaceRows(tx, 'directory_domains', ['domain', 'tenant_id'], domains)
}

const userColumns = [
  'id',
  'tenant_id',
  'name',
  'last_name',
  'email',
  'username',
  'login_key',
  'role',
  'active',
  'invgate_id',
]

async function writeUsers(tx: PoolConnection, entries: Entry<'user'>[]): Promise<void> {
  const rows = entries.map(({ id, data }) => (data === null ? goneUser(Number(id)) : toUserRow(data)))
  await replaceRows(tx, 'directory_users', userColumns, rows)
}

function toUserRow(user: UserData): Value[] {
  const { id, tenant_id, name, lastname, email, username, role, active, invgate_id } = user
  const key = foldLoginName(email ?? username ?? '').slice(0, longestKey)
  return [id, tenant_id, name, lastname, email, username, key, role, active, invgate_id]
}

const goneUser = (id: number): Value[] => [id, noTenant, '', '', null, null, '', 'user', false, null]

async function writeTeams(tx: PoolConnection, entries: Entry<'team'>[]): Promise<void> {
  await removeBy(tx, 'directory_team_members', 'team_id', entries)
  await removeBy(tx, 'directory_teams', 'id', entries)
  const teams = present(entries)
  await replaceRows(
    tx,
    'directory_teams',
    ['id', 'tenant_id', 'name'],
    teams.map(({ id, tenant_id, name }) => [id, tenant_id, name]),
  )
  const members = teams.flatMap(({ id, members }) =>
    members.map(({ user_id, lead }): Value[] => [id, user_id, lead]),
  )
  await replaceRows(tx, 'directory_team_members', ['team_id', 'user_id', '`lead`'], members)
}

async function writeEndedSessions(tx: PoolConnection, entries: Entry<'ended_session'>[]): Promise<void> {
  const rows = present(entries).map(({ id, expires_at }) => [id, new Date(expires_at)])
  await replaceRows(tx, 'directory_ended_sessions', ['id', 'expires_at'], rows)
}

async function writeApiKeys(tx: PoolConnection, entries: Entry<'api_key'>[]): Promise<void> {
  await removeBy(tx, 'directory_api_keys', 'id', entries)
  const rows = present(entries).map(({ id, hash, user_id, scopes, expires_at }) => [
    id,
    hash,
    user_id,
    scopes.join(' '),
    new Date(expires_at),
  ])
  await replaceRows(tx, 'directory_api_keys', ['id', 'hash', 'user_id', 'scopes', 'expires_at'], rows)
}

function ofKind<E extends FeedEntity>(entries: readonly FeedEntry[], kind: E): Entry<E>[] {
  return entries.filter((entry): entry is Entry<E> => entry.entity === kind)
}

function present<T>(entries: readonly { data: T | null }[]): T[] {
  return entries.map(({ data }) => data).filter((data) => data !== null)
}

async function removeBy(
  tx: PoolConnection,
  table: string,
  column: string,
  entries: readonly { id: string }[],
): Promise<void> {
  if (entries.length === 0) return
  await tx.query(`DELETE FROM ${table} WHERE ${column} IN (?)`, [entries.map(({ id }) => Number(id))])
}

async function replaceRows(
  tx: PoolConnection,
  table: string,
  columns: readonly string[],
  rows: readonly Value[][],
): Promise<void> {
  if (rows.length === 0) return
  const places = columns.map(() => '?').join(', ')
  await tx.batch(`REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${places})`, [...rows])
}
