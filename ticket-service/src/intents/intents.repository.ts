import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { retryDeadlocks } from '@werk/shared/database/retry-deadlocks'
import { claimDue } from '@werk/shared/outbox/claim-due'
import { type IntentRow, intentColumns, intentValues, localIntentValues, toIntent } from './intents.rows.ts'
import {
  type Draft,
  type IntentState,
  type LocalIntent,
  matchKeyOf,
  type NewIntent,
  type TicketIntent,
} from './ticket-intent.ts'

export type IntentsRepository = {
  /** One that is there already stays as it is. */
  insert(tx: PoolConnection, intent: NewIntent, leaseMs: number): Promise<void>
  /** As `insert`, by itself. */
  add(intent: NewIntent, leaseMs: number): Promise<void>
  /** One that a worker shall send, for the first time and now. */
  insertLocal(tx: PoolConnection, intent: LocalIntent): Promise<void>
  /** What is going to be sent, now that it is known. */
  redraft(id: string, draft: Draft): Promise<void>
  remove(tx: PoolConnection, id: string): Promise<void>
  /** As if it had not been; false for one that is not there, that somebody has sent again meanwhile, or found. */
  withdraw(tx: PoolConnection, id: string): Promise<boolean>
  /** One whose ticket turned out to be stored. */
  removeStored(id: string): Promise<void>
  find(id: string): Promise<TicketIntent | null>
  /** As `find`, within a transaction. */
  exists(tx: PoolConnection, id: string): Promise<boolean>
  /** Up to `limit` that are due, oldest first; nobody else gets them until the lease is over. */
  claimDue(limit: number, leaseMs: number): Promise<TicketIntent[]>
  /** It is about to be sent; again due when the lease is over. False when somebody else has claimed it meanwhile, or it turned out to be refused. */
  markSending(claimed: TicketIntent, leaseMs: number): Promise<boolean>
  /** It was sent without any effect: as if it had not been. */
  takeBack(id: string, delayMs: number, reason: string): Promise<void>
  /** InvGate refused it, which was only noted on disk; one that somebody has sent again or found meanwhile stays as it is. */
  noteRefusal(tx: PoolConnection, id: string): Promise<void>
  /** One that was refused stays so, as what was found may turn out to be another's. */
  markCreated(id: string, created: { id: number; payload: Record<string, unknown> }): Promise<void>
  /** What was taken for its incident belongs to another: it is in doubt again, or refused if it was. */
  unlink(id: string, delayMs: number, reason: string): Promise<void>
  /** It comes due in so many milliseconds, in this state; one that turned out to be refused meanwhile stays so, and is not in doubt. */
  postpone(id: string, state: IntentState, delayMs: number, reason: string | null): Promise<void>
  /** It never comes due by itself again: an operator decides. */
  park(id: string, state: 'in_doubt' | 'failed', reason: string): Promise<void>
  /** Those that InvGate could not tell apart from this one, itself included, oldest first; none that InvGate answered. */
  listTwins(matchKey: string): Promise<(TicketIntent & { leased: boolean; parked: boolean })[]>
  /** Which of these ids of InvGate's belong to an intent already, or to a ticket that was raised here. */
  listLinked(invGateIds: readonly number[]): Promise<number[]>
  /** The staged files that intents still need. */
  listStagedPaths(): Promise<string[]>
  countByState(): Promise<Record<string, number>>
}

const never = "'9999-12-31 00:00:00.000'"
const inMs = 'NOW(3) + INTERVAL ? MICROSECOND'

export function createIntentsRepository(pool: Pool): IntentsRepository {
  const select = `SELECT ${intentColumns} FROM ticket_intents`

  const insert = async (to: Pool | PoolConnection, intent: NewIntent, leaseMs: number) => {
    await to.execute(
      `INSERT INTO ticket_intents (id, tenant_id, state, match_key, draft, sends, sent_at, idempotency_id, available_at)
       VALUES (?, ?, ?, ?, ?, 1, ?, ?, ${inMs}) ON DUPLICATE KEY UPDATE id = VALUES(id)`,
      [...intentValues(intent), leaseMs * 1000],
    )
  }

  return {
    insert,
    add: (intent, leaseMs) => retryDeadlocks(() => insert(pool, intent, leaseMs)),

    async insertLocal(tx, intent) {
      await tx.execute(
        `INSERT INTO ticket_intents (id, tenant_id, state, match_key, draft, available_at)
          VALUES (?, ?, 'received', ?, ?, NOW(3))`,
        localIntentValues(intent),
      )
    },

    async redraft(id, draft) {
      await pool.execute('UPDATE ticket_intents SET draft = ?, match_key = ? WHERE id = ?', [
        JSON.stringify(draft),
        matchKeyOf(draft.ticket),
        id,
      ])
    },

    async remove(tx, id) {
      // As text, because a statement that is to be prepared first would be overtaken by others.
      await tx.query('DELETE FROM ticket_intents WHERE id = ?', [id])
    },

    async withdraw(tx, id) {
      const statement = 'DELETE FROM ticket_intents WHERE id = ? AND sends <= 1 AND inv_gate_id IS NULL'
      const { affectedRows } = await tx.execute(statement, [id])
      return affectedRows === 1
    },

    async removeStored(id) {
      await pool.execute('DELETE FROM ticket_intents WHERE id = ?', [id])
    },

    async find(id) {
      const [row] = await pool.execute<IntentRow[]>(`${select} WHERE id = ?`, [id])
      return row === undefined ? null : toIntent(row)
    },

    async exists(tx, id) {
      return (await tx.execute('SELECT 1 FROM ticket_intents WHERE id = ?', [id])).length > 0
    },

    async claimDue(limit, leaseMs) {
      const claim = { table: 'ticket_intents', columns: intentColumns, limit, leaseMs }
      return (await claimDue<IntentRow>(pool, claim)).map(toIntent)
    },

    async markSending({ id, attempts }, leaseMs) {
      // A claim counts an attempt, so another count is another's claim.
      const { affectedRows } = await pool.execute(
        `UPDATE ticket_intents SET state = 'sending', sends = sends + 1, sent_at = NOW(3), available_at = ${inMs},
           updated_at = NOW(3) WHERE id = ? AND attempts = ? AND state <> 'refused'`,
        [leaseMs * 1000, id, attempts + 1],
      )
      return affectedRows === 1
    },

    async takeBack(id, delayMs, reason) {
      await pool.execute(
        `UPDATE ticket_intents SET state = 'received', sends = sends - 1, available_at = ${inMs}, last_error = ?,
           updated_at = NOW(3) WHERE id = ?`,
        [Math.round(delayMs * 1000), cut(reason), id],
      )
    },

    async noteRefusal(tx, id) {
      await tx.execute(
        `UPDATE ticket_intents SET state = 'refused', updated_at = NOW(3) WHERE id = ? AND state IN ('sending', 'in_doubt')
           AND sends <= 1 AND inv_gate_id IS NULL AND available_at < ${never}`,
        [id],
      )
    },

    async markCreated(id, created) {
      await pool.execute(
        `UPDATE ticket_intents SET state = IF(state = 'refused', state, 'created'), inv_gate_id = ?, payload = ?, available_at = NOW(3),
           updated_at = NOW(3) WHERE id = ?`,
        [created.id, JSON.stringify(created.payload), id],
      )
    },

    async unlink(id, delayMs, reason) {
      await pool.execute(
        `UPDATE ticket_intents SET state = IF(state = 'refused', state, 'in_doubt'), inv_gate_id = NULL, payload = NULL, available_at = ${inMs},
           last_error = ?, updated_at = NOW(3) WHERE id = ?`,
        [Math.round(delayMs * 1000), cut(reason), id],
      )
    },

    async postpone(id, state, delayMs, reason) {
      await pool.execute(
        `UPDATE ticket_intents SET state = IF(state = 'refused' AND ? = 'in_doubt', state, ?), available_at = ${inMs},
           last_error = ?, updated_at = NOW(3) WHERE id = ?`,
        [state, state, Math.round(delayMs * 1000), cut(reason), id],
      )
    },

    async park(id, state, reason) {
      await pool.execute(
        `UPDATE ticket_intents SET state = ?, available_at = ${never}, last_error = ?, updated_at = NOW(3) WHERE id = ?`,
        [state, cut(reason), id],
      )
    },

    async listTwins(matchKey) {
      const rows = await pool.execute<(IntentRow & { leased: number; parked: number })[]>(
        `SELECT ${intentColumns}, state = 'sending' AND available_at > NOW(3) AS leased, available_at = ${never} AS parked
           FROM ticket_intents WHERE match_key = ? AND inv_gate_id IS NULL ORDER BY id`,
        [matchKey],
      )
      return rows.map((row) => ({ ...toIntent(row), leased: row.leased === 1, parked: row.parked === 1 }))
    },

    async listLinked(invGateIds) {
      if (invGateIds.length === 0) return []
      const rows = await pool.query<{ id: number }[]>(
        `SELECT inv_gate_id AS id FROM tickets WHERE inv_gate_id IN (?) AND origin = 'here'
         UNION SELECT inv_gate_id AS id FROM ticket_intents WHERE inv_gate_id IN (?)`,
        [invGateIds, invGateIds],
      )
      return rows.map(({ id }) => Number(id))
    },

    async listStagedPaths() {
      const rows = await pool.query<IntentRow[]>(select)
      return rows.flatMap((row) => toIntent(row).draft.files.map(({ path }) => path))
    },

    async countByState() {
      const rows = await pool.query<{ state: string; count: number }[]>(
        'SELECT state, COUNT(*) AS count FROM ticket_intents GROUP BY state',
      )
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
    },
  }
}

function cut(reason: string | null): string | null {
  return reason === null ? null : [...reason].slice(0, 500).join('')
}
