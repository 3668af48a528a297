import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import type { CreatedIncident } from '../intents/draft.ts'
import { type IntentRow, intentColumns, toIntent } from '../intents/intents.rows.ts'
import type { IntentState } from '../intents/ticket-intent.ts'
import { type OperatedIntent, type OperatorAction, parkedStates } from './operated-intent.ts'

export type RecordedAction = Omit<OperatorAction, 'action'> & { action: string; createdAt: Date }

/** Every change is made only while the intent is parked: else it answers false, and nothing changed. */
export type OperatorsRepository = {
  /** The next of a tenant's intents after the id `after`, by id. */
  list(
    tenantId: number,
    states: readonly IntentState[],
    after: string | null,
    limit: number,
  ): Promise<OperatedIntent[]>
  find(tenantId: number, id: string): Promise<OperatedIntent | null>
  /** InvGate has it as this incident; for so long no worker completes it. */
  link(tx: PoolConnection, id: string, created: CreatedIncident, leaseMs: number): Promise<boolean>
  /** Parks an intent whose incident turned out to be another's; false when it is not in doubt. */
  unlink(tx: PoolConnection, id: string, reason: string): Promise<boolean>
  /** To be sent, now. */
  resend(tx: PoolConnection, id: string): Promise<boolean>
  remove(tx: PoolConnection, id: string): Promise<boolean>
  record(tx: PoolConnection, intentId: string, action: OperatorAction): Promise<void>
  listActions(intentId: string): Promise<RecordedAction[]>
}

type OperatedRow = IntentRow & { parked: number; due_in_ms: number }
type ActionRow = { actor: string; action: string; detail: string | null; created_at: Date }

const never = "'9999-12-31 00:00:00.000'"
const whileParked = `id = ? AND state IN (${parkedStates.map((state) => `'${state}'`).join(', ')}) AND available_at = ${never}`

/** What operators see and change of `ticket_intents`, and what they did, in `operator_actions`. */
export function createOperatorsRepository(pool: Pool): OperatorsRepository {
  const select = `SELECT ${intentColumns}, available_at = ${never} AS parked,
    GREATEST(0, TIMESTAMPDIFF(MICROSECOND, NOW(3), available_at) / 1000) AS due_in_ms FROM ticket_intents`

  return {
    async list(tenantId, states, after, limit) {
      const rows = await pool.query<OperatedRow[]>(
        `${select} WHERE tenant_id = ? AND state IN (?) AND id > ? ORDER BY id LIMIT ?`,
        [tenantId, states, after ?? '', limit],
      )
      return rows.map(toOperated)
    },

    async find(tenantId, id) {
      // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL.
      if (!isUuid(id)) return null
      const [row] = await pool.execute<OperatedRow[]>(`${select} WHERE id = ? AND tenant_id = ?`, [
        id,
        tenantId,
      ])
      return row === undefined ? null : toOperated(row)
    },

    link: (tx, id, created, leaseMs) =>
      changesOne(
        tx,
        `UPDATE ticket_intents SET state = 'created', inv_gate_id = ?, payload = ?,
           available_at = NOW(3) + INTERVAL ? MICROSECOND, updated_at = NOW(3) WHERE ${whileParked}`,
        [created.id, JSON.stringify(created.payload), leaseMs * 1000, id],
      ),

    unlink: (tx, id, reason) =>
      changesOne(
        tx,
        `UPDATE ticket_intents SET inv_gate_id = NULL, payload = NULL, available_at = ${never}, last_error = ?,
           updated_at = NOW(3) WHERE id = ? AND state = 'in_doubt'`,
        [reason, id],
      ),

    resend: (tx, id) =>
      changesOne(
        tx,
        `UPDATE ticket_intents SET state = 'received', available_at = NOW(3), updated_at = NOW(3) WHERE ${whileParked}`,
        [id],
      ),

    remove: (tx, id) => changesOne(tx, `DELETE FROM ticket_intents WHERE ${whileParked}`, [id]),

    async record(tx, intentId, { actor, action, detail }) {
      await tx.execute(
        'INSERT INTO operator_actions (intent_id, actor, action, detail) VALUES (?, ?, ?, ?)',
        [intentId, actor, action, detail],
      )
    },

    async listActions(intentId) {
      const rows = await pool.execute<ActionRow[]>(
        'SELECT actor, action, detail, created_at FROM operator_actions WHERE intent_id = ? ORDER BY id',
        [intentId],
      )
      return rows.map(({ actor, action, detail, created_at }) => ({
        actor,
        action,
        detail,
        createdAt: created_at,
      }))
    },
  }
}

async function changesOne(
  tx: PoolConnection,
  statement: string,
  values: (string | number)[],
): Promise<boolean> {
  const { affectedRows } = await tx.execute(statement, values)
  return affectedRows === 1
}

function toOperated(row: OperatedRow): OperatedIntent {
  return { ...toIntent(row), parked: row.parked === 1, dueInMs: row.due_in_ms }
}
