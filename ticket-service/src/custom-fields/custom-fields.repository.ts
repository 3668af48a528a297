import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import { toCategory } from '../tickets/ticket-kinds.ts'
import {
  type CustomField,
  type FieldDefinition,
  type FieldType,
  type FieldViewers,
  fieldTypes,
  fieldViewers,
} from './custom-field.ts'
import { keyTaken } from './custom-fields.errors.ts'

export type CustomFieldsRepository = {
  /** All of a tenant's, in the order in which they are shown. */
  list(tenantId: number): Promise<CustomField[]>
  /** The same; nobody else adds one until the transaction is over. */
  lockAll(tx: PoolConnection, tenantId: number): Promise<CustomField[]>
  find(tenantId: number, id: string): Promise<CustomField | null>
  /** The same; nobody else changes it, or writes a value of it, until the transaction is over. */
  lock(tx: PoolConnection, tenantId: number, id: string): Promise<CustomField | null>
  /** @throws AppError custom_field.taken */
  insert(tx: PoolConnection, tenantId: number, field: CustomField): Promise<void>
  /** @throws AppError custom_field.taken */
  update(tx: PoolConnection, id: string, definition: FieldDefinition, at: Date): Promise<void>
  remove(tx: PoolConnection, id: string): Promise<void>
}

type Row = {
  id: string
  field_key: string
  label: string
  type: string
  category: string | null
  required: number
  options: string
  position: number
  active: number
  visible_to: string
  created_at: Date
  updated_at: Date
}

const ofDefinition = [
  ...['field_key', 'label', 'type', 'category', 'required', 'options', 'position', 'active', 'visible_to'],
]
const columns = ['id', ...ofDefinition, 'created_at', 'updated_at'].join(', ')

/** The table `custom_fields`. */
export function createCustomFieldsRepository(pool: Pool): CustomFieldsRepository {
  const find = async (from: Pool | PoolConnection, tenantId: number, id: string, lock: string) => {
    // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL.
    if (!isUuid(id)) return null
    const [row] = await from.execute<Row[]>(
      `SELECT ${columns} FROM custom_fields WHERE id = ? AND tenant_id = ? ${lock}`,
      [id, tenantId],
    )
    return row === undefined ? null : toField(row)
  }

  const list = async (from: Pool | PoolConnection, tenantId: number, lock: string) => {
    const statement = `SELECT ${columns} FROM custom_fields WHERE tenant_id = ? ORDER BY position, id ${lock}`
    return (await from.execute<Row[]>(statement, [tenantId])).map(toField)
  }

  return {
    list: (tenantId) => list(pool, tenantId, ''),
    lockAll: (tx, tenantId) => list(tx, tenantId, 'FOR UPDATE'),
    find: (tenantId, id) => find(pool, tenantId, id, ''),
    lock: (tx, tenantId, id) => find(tx, tenantId, id, 'FOR UPDATE'),

    async insert(tx, tenantId, field) {
      const values = [field.id, ...valuesOf(field), field.createdAt, field.updatedAt, tenantId]
      const places = values.map(() => '?').join(', ')
      const statement = `INSERT INTO custom_fields (${columns}, tenant_id) VALUES (${places})`
      await refuseTwin(field, tx.execute(statement, values))
    },

    async update(tx, id, definition, at) {
      const set = [...ofDefinition, 'updated_at'].map((column) => `${column} = ?`).join(', ')
      const values = [...valuesOf(definition), at, id]
      await refuseTwin(definition, tx.execute(`UPDATE custom_fields SET ${set} WHERE id = ?`, values))
    },

    async remove(tx, id) {
      await tx.execute('DELETE FROM custom_fields WHERE id = ?', [id])
    },
  }
}

/** In the order of `ofDefinition`. */
function valuesOf(field: FieldDefinition) {
  const { key, label, type, category, required, options, position, active, visibleTo } = field
  return [key, label, type, category, required, JSON.stringify(options), position, active, visibleTo]
}

async function refuseTwin({ key }: FieldDefinition, writing: Promise<unknown>): Promise<void> {
  await writing.catch((error: unknown) => {
    throw error instanceof Error && 'errno' in error && error.errno === 1062 ? keyTaken(key) : error
  })
}

function toField(row: Row): CustomField {
  return {
    id: row.id,
    key: row.field_key,
    label: row.label,
    type: toType(row.type),
    category: row.category === null ? null : toCategory(row.category),
    required: row.required === 1,
    options: JSON.parse(row.options),
    position: row.position,
    active: row.active === 1,
    visibleTo: toViewers(row.visible_to),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function toType(text: string): FieldType {
  return fieldTypes.find((type) => type === text) ?? 'text'
}

/** What nobody knows is not for everybody. */
function toViewers(text: string): FieldViewers {
  return fieldViewers.find((viewers) => viewers === text) ?? 'staff'
}
