import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { CustomField, FieldValue } from './custom-field.ts'
import { fieldsWereChanged } from './custom-fields.errors.ts'

/** What a field of a ticket is to have. */
export type NewFieldValue = { ticketId: string; field: Pick<CustomField, 'id' | 'type'>; value: FieldValue }

export type FieldValuesRepository = {
  /** A ticket's, by the ids of their fields. */
  list(ticketId: string, tx?: PoolConnection): Promise<Map<string, FieldValue>>
  /**
   * In place of those that are there. The fields stay as they are until the transaction is over.
   * @throws AppError ticket.conflict for a field that is gone by now or has become another
   */
  put(tx: PoolConnection, values: readonly NewFieldValue[]): Promise<void>
  remove(tx: PoolConnection, ticketId: string, fieldIds: readonly string[]): Promise<void>
  /** Whether any ticket has a value of the field. */
  hasAny(tx: PoolConnection, fieldId: string): Promise<boolean>
  /** Removes up to `limit` values of the field. @returns how many */
  removeSome(fieldId: string, limit: number): Promise<number>
  removeAll(tx: PoolConnection, fieldId: string): Promise<void>
}

type Row = { field_id: string; value: string }

/** The table `ticket_field_values`. */
export function createFieldValuesRepository(pool: Pool): FieldValuesRepository {
  return {
    async list(ticketId, tx) {
      const rows = await (tx ?? pool).execute<Row[]>(
        'SELECT field_id, value FROM ticket_field_values WHERE ticket_id = ?',
        [ticketId],
      )
      return new Map(rows.map(({ field_id, value }): [string, FieldValue] => [field_id, JSON.parse(value)]))
    },

    async put(tx, values) {
      if (values.length === 0) return
      await holdFields(tx, new Map(values.map(({ field }) => [field.id, field.type])))
      await tx.query(
        `INSERT INTO ticket_field_values (ticket_id, field_id, value) VALUES ${values.map(() => '(?, ?, ?)').join(', ')}
          ON DUPLICATE KEY UPDATE value = VALUES(value)`,
        values.flatMap(({ ticketId, field, value }) => [ticketId, field.id, JSON.stringify(value)]),
      )
    },

    async remove(tx, ticketId, fieldIds) {
      if (fieldIds.length === 0) return
      await tx.query('DELETE FROM ticket_field_values WHERE ticket_id = ? AND field_id IN (?)', [
        ticketId,
        fieldIds,
      ])
    },

    async hasAny(tx, fieldId) {
      const statement = 'SELECT 1 FROM ticket_field_values WHERE field_id = ? LIMIT 1'
      return (await tx.execute(statement, [fieldId])).length > 0
    },

    async removeSome(fieldId, limit) {
      const statement = 'DELETE FROM ticket_field_values WHERE field_id = ? ORDER BY ticket_id LIMIT ?'
      return (await pool.execute(statement, [fieldId, limit])).affectedRows
    },

    async removeAll(tx, fieldId) {
      await tx.execute('DELETE FROM ticket_field_values WHERE field_id = ?', [fieldId])
    },
  }
}

/** Whoever writes values knows the fields from memory, which may be some seconds old. */
async function holdFields(tx: PoolConnection, expected: ReadonlyMap<string, string>): Promise<void> {
  const rows = await tx.query<{ id: string; type: string }[]>(
    'SELECT id, type FROM custom_fields WHERE id IN (?) ORDER BY id LOCK IN SHARE MODE',
    [[...expected.keys()]],
  )
  const kept = rows.filter(({ id, type }) => expected.get(id) === type)
  if (kept.length < expected.size) throw fieldsWereChanged()
}
