import type { Sealing } from '../crypto/sealing.ts'
import type { Pool } from '../database/pool.ts'
import type { Fingerprint } from './idempotency-key.ts'

/** A pool, or a connection with whatever transaction it is in. */
export type Queryable = Pick<Pool, 'query'>

/** What was answered, to the byte. */
export type StoredAnswer = { status: number; contentType: string; body: Buffer }

/** Who holds a key: whatever it names as its resource, null before there is an effect. */
export type KeyHolder = { id: string; resource: string | null }

export type Begun =
  | { kind: 'new' }
  | { kind: 'replay'; answer: StoredAnswer }
  | { kind: 'in_flight'; retryAfterMs: number }
  | { kind: 'mismatch' }
  | { kind: 'abandoned'; resource: string | null }

export type IdempotencyStore = {
  /**
   * Takes the key, if nobody has it. Of many at once exactly one gets `new`.
   * `abandoned`: the holder's lease ran out without an answer; the lease is the caller's now, the resource is as the
   * holder left it and tells the caller whether to run or to recover. A key older than a day counts as absent.
   * Waits for the row while another transaction that began the key is open, so that should be short.
   */
  begin(
    connection: Queryable,
    key: { id: string; fingerprint: Fingerprint; resource: string | null; leaseMs: number },
  ): Promise<Begun>
  /** Moves the end of the lease to `leaseMs` from now; 0 gives an unanswered key up to whoever asks next. */
  renew(connection: Queryable, holder: KeyHolder, leaseMs: number): Promise<boolean>
  /** False, and nothing changed, when the key is answered already, is gone, or names another resource. */
  finish(connection: Queryable, holder: KeyHolder, answer: StoredAnswer): Promise<boolean>
  /** Forgets the key, because the attempt had no effect. False, and nothing changed, in the cases of `finish`. */
  release(connection: Queryable, holder: KeyHolder): Promise<boolean>
  /** Deletes up to `limit` keys that are older than `olderThanMs` and that nobody holds. @returns how many it found */
  purge(pool: Queryable, olderThanMs: number, limit: number): Promise<number>
}

/** How long a key is kept. */
export const keptMs = 24 * 60 * 60 * 1000

type Row = {
  fingerprint: string
  resource: string | null
  leftMs: number
  ageMs: number
  status: number | null
  contentType: string | null
  body: Buffer | null
}

const held = 'id = ? AND resource <=> ? AND status IS NULL'

/**
 * The table `idempotency_keys`, over the driver so that it joins the caller's transaction. Times are the database's,
 * because replicas' clocks differ. Answers are sealed by the cipher.
 *
 * Taking a key is an upsert and not an insert that may fail: after a duplicate key error InnoDB leaves a shared lock,
 * and all who then want the row exclusively deadlock; an upsert takes the exclusive lock at once. It counts in `asked`,
 * because only a row that changes tells an update (2 rows affected) from an insert (1) under every driver flag.
 */
export function createIdempotencyStore(cipher: Sealing): IdempotencyStore {
  const toAnswer = (id: string, { status, contentType, body }: Row): StoredAnswer | null =>
    status === null || contentType === null || body === null
      ? null
      : { status, contentType, body: cipher.open(id, body) }

  return {
    async begin(connection, { id, fingerprint, resource, leaseMs }) {
      const { affectedRows } = await connection.query(
        `INSERT INTO idempotency_keys (id, fingerprint, resource, locked_until, created_at)
          VALUES (?, ?, ?, NOW(3) + INTERVAL ? MICROSECOND, NOW(3)) ON DUPLICATE KEY UPDATE asked = asked + 1`,
        [id, fingerprint[0], resource, leaseMs * 1000],
      )
      if (affectedRows === 1) return { kind: 'new' }

      const row = await lockRow(connection, id)
      if (row.ageMs >= keptMs && row.leftMs <= 0) {
        await restart(connection, id, fingerprint[0], resource, leaseMs)
        return { kind: 'new' }
      }
      if (!fingerprint.includes(row.fingerprint)) return { kind: 'mismatch' }
      const answer = toAnswer(id, row)
      if (answer !== null) return { kind: 'replay', answer }
      if (row.leftMs > 0) return { kind: 'in_flight', retryAfterMs: row.leftMs }
      await renew(connection, { id, resource: row.resource }, leaseMs)
      return { kind: 'abandoned', resource: row.resource }
    },

    renew,

    async finish(connection, { id, resource }, { status, contentType, body }) {
      const { affectedRows } = await connection.query(
        `UPDATE idempotency_keys SET status = ?, content_type = ?, body = ?, locked_until = NOW(3) WHERE ${held}`,
        [status, contentType, cipher.seal(id, body), id, resource],
      )
      return affectedRows === 1
    },

    async release(connection, { id, resource }) {
      const { affectedRows } = await connection.query(`DELETE FROM idempotency_keys WHERE ${held}`, [
        id,
        resource,
      ])
      return affectedRows === 1
    },

    async purge(pool, olderThanMs, limit) {
      // Looked up without locks and deleted by primary key: a range of created_at would block those who begin keys.
      const old = 'created_at <= NOW(3) - INTERVAL ? MICROSECOND AND locked_until <= NOW(3)'
      const rows: { id: string }[] = await pool.query(
        `SELECT id FROM idempotency_keys WHERE ${old} ORDER BY created_at LIMIT ?`,
        [olderThanMs * 1000, limit],
      )
      if (rows.length === 0) return 0
      const ids = rows.map(({ id }) => id)
      await pool.query(`DELETE FROM idempotency_keys WHERE id IN (?) AND ${old}`, [ids, olderThanMs * 1000])
      return rows.length
    },
  }
}

async function lockRow(connection: Queryable, id: string): Promise<Row> {
  const [row]: Row[] = await connection.query(
    `SELECT fingerprint, resource, status, content_type AS contentType, body,
      TIMESTAMPDIFF(MICROSECOND, NOW(3), locked_until) / 1000 AS leftMs,
      TIMESTAMPDIFF(MICROSECOND, created_at, NOW(3)) / 1000 AS ageMs
      FROM idempotency_keys WHERE id = ? FOR UPDATE`,
    [id],
  )
  if (row === undefined) throw new Error('a key went between two statements: begin wants a transaction')
  return row
}

async function restart(
  connection: Queryable,
  id: string,
  fingerprint: string,
  resource: string | null,
  leaseMs: number,
): Promise<void> {
  await connection.query(
    `UPDATE idempotency_keys SET fingerprint = ?, resource = ?, locked_until = NOW(3) + INTERVAL ? MICROSECOND,
      status = NULL, content_type = NULL, body = NULL, created_at = NOW(3) WHERE id = ?`,
    [fingerprint, resource, leaseMs * 1000, id],
  )
}

async function renew(connection: Queryable, { id, resource }: KeyHolder, leaseMs: number): Promise<boolean> {
  const { affectedRows } = await connection.query(
    `UPDATE idempotency_keys SET locked_until = NOW(3) + INTERVAL ? MICROSECOND WHERE ${held}`,
    [leaseMs * 1000, id, resource],
  )
  return affectedRows === 1
}
