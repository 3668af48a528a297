import { toRole } from '@werk/shared/auth/principal'
import { inTransaction, type Pool, type PoolConnection } from '@werk/shared/database/pool'
import { retryDeadlocks } from '@werk/shared/database/retry-deadlocks'
import { loginNamesOf } from './directory-memory.ts'
import { emptyDirectory, writeEntries } from './entries.repository.ts'
import { keyOwnerOf } from './key-owner.ts'
import type { DirectoryModel, KeyOwner, KnownDirectory } from './known-directory.ts'

type CursorRow = { origin: string | null; seq: number }
type UserRow = {
  id: number
  tenant_id: number
  name: string
  last_name: string
  email: string | null
  username: string | null
  role: string
  active: number
  invgate_id: number | null
}

/** The tables `directory_*`. */
export function createDirectoryModel(pool: Pool): DirectoryModel {
  return {
    async load() {
      // The cursor first: what is newer than it is learnt once more, and changes nothing.
      const position = await readCursor(pool)
      const known = await readKnown(pool)
      return { position: { origin: position.origin, cursor: position.seq }, known }
    },

    apply: (after, page) =>
      changing(pool, async (tx, stored) => {
        if (stored.origin !== page.origin) return null
        if (stored.seq < after) return stored.seq
        await writeEntries(
          tx,
          page.entries.filter(({ seq }) => seq > stored.seq),
        )
        if (page.cursor > stored.seq) await moveCursor(tx, page)
        return page.cursor
      }),

    replace: (snapshot, instead) =>
      changing(pool, async (tx, stored) => {
        const isDone =
          stored.origin === snapshot.origin && stored.origin !== instead && stored.seq >= snapshot.cursor
        if (isDone) return
        await emptyDirectory(tx)
        await writeEntries(tx, snapshot.entries)
        await moveCursor(tx, snapshot)
      }),

    findKeyOwners: (userIds) => readKeyOwners(pool, 'id IN (?)', [userIds]),

    async forgetSessions(before) {
      await pool.execute('DELETE FROM directory_ended_sessions WHERE expires_at < ?', [before])
    },
  }
}

/** One replica at a time. */
function changing<T>(pool: Pool, change: (tx: PoolConnection, stored: CursorRow) => Promise<T>): Promise<T> {
  return retryDeadlocks(() =>
    inTransaction(pool, async (tx) => change(tx, await readCursor(tx, 'FOR UPDATE'))),
  )
}

async function readCursor(from: Pool | PoolConnection, lock: 'FOR UPDATE' | '' = ''): Promise<CursorRow> {
  const [row] = await from.query<CursorRow[]>(`SELECT origin, seq FROM directory_cursor WHERE id = 1 ${lock}`)
  if (row === undefined) throw new Error('directory_cursor lacks its row')
  return row
}

async function moveCursor(tx: PoolConnection, { origin, cursor }: { origin: string; cursor: number }) {
  await tx.query('UPDATE directory_cursor SET origin = ?, seq = ?, synced_at = NOW(3) WHERE id = 1', [
    origin,
    cursor,
  ])
}

async function readKnown(pool: Pool): Promise<KnownDirectory> {
  const endedSessions = await pool.query<{ id: string; expires_at: Date }[]>(
    'SELECT id, expires_at FROM directory_ended_sessions',
  )
  const deactivated = await pool.query<UserRow[]>(
    'SELECT id, email, username FROM directory_users WHERE NOT active',
  )
  const tenants = await pool.query<{ id: number }[]>('SELECT id FROM directory_tenants WHERE NOT active')
  const domains = await pool.query<{ domain: string; tenant_id: number }[]>(
    'SELECT domain, tenant_id FROM directory_domains',
  )
  const keys = await pool.query<
    { id: number; hash: string; user_id: number; scopes: string; expires_at: Date }[]
  >('SELECT id, hash, user_id, scopes, expires_at FROM directory_api_keys')
  const keyOwners = await readKeyOwners(pool, 'id IN (SELECT user_id FROM directory_api_keys)', [])
  return {
    endedSessions: endedSessions.map(({ id, expires_at }) => ({ id, expiresAt: expires_at })),
    deactivated: deactivated.map((row) => ({ userId: row.id, names: loginNamesOf(row) })),
    inactiveTenants: tenants.map(({ id }) => id),
    domains: domains.map(({ domain, tenant_id }) => ({ domain, tenantId: tenant_id })),
    keys: keys.map(({ id, hash, user_id, scopes, expires_at }) => ({
      id,
      hash,
      userId: user_id,
      scopes: scopes.split(' '),
      expiresAt: expires_at,
    })),
    keyOwners,
  }
}

async function readKeyOwners(pool: Pool, which: string, values: unknown[]): Promise<KeyOwner[]> {
  const rows = await pool.query<UserRow[]>(
    `SELECT id, tenant_id, name, last_name, email, username, role, active, invgate_id
      FROM directory_users WHERE ${which}`,
    values,
  )
  return rows.map(({ last_name: lastname, role, active, ...row }) =>
    keyOwnerOf({ ...row, lastname, role: toRole(role), active: active === 1 }),
  )
}
