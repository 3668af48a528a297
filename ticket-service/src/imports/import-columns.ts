import type { CustomField } from '../custom-fields/custom-field.ts'
import { badHeader } from './imports.errors.ts'

const required = [
  ...(['external_id', 'title', 'description', 'category', 'priority', 'status'] as const),
  ...(['creator_email', 'agent_email', 'created_at', 'closed_at'] as const),
] as const
const known = [...required, 'tags'] as const
export type Column = (typeof known)[number]

/** As the export of tickets calls them. */
const aliases: Partial<Record<Column, string>> = {
  external_id: 'id',
  creator_email: 'creator',
  agent_email: 'agent_id',
}

/** Where the columns of a file are, and what it calls them. */
export type Columns = {
  count: number
  at: Partial<Record<Column, { index: number; name: string }>>
  fields: { index: number; name: string; field: CustomField }[]
  /** What means nothing here. */
  ignored: string[]
}

const fieldPrefix = 'field.'
/** All that we know, custom fields too, are 111; what means nothing here may come along. */
const mostColumns = 500

/**
 * Reads the first line, in any order and case. Columns of other names are left alone.
 * @throws AppError import.malformed for a column that is missing, there twice, or of a custom field that there is not
 */
export function readHeader(cells: readonly string[], fields: readonly CustomField[]): Columns {
  if (cells.length > mostColumns) throw badHeader(`names more than ${mostColumns} columns`)
  const names = cells.map((cell) => cell.trim().toLowerCase())
  const twins = names.filter((name, index) => name !== '' && names.indexOf(name) !== index)
  if (twins.length > 0) throw badHeader(`names ${twins.join(', ')} twice`)
  const columns: Columns = { count: names.length, at: {}, fields: [], ignored: [] }
  for (const column of known) {
    const name = names.includes(column) ? column : aliases[column]
    const index = name === undefined ? -1 : names.indexOf(name)
    if (name !== undefined && index >= 0) columns.at[column] = { index, name }
  }
  const missing = required.filter((column) => columns.at[column] === undefined)
  if (missing.length > 0) throw badHeader(`must name the columns ${missing.join(', ')} as well`)
  const taken = new Set(Object.values(columns.at).map(({ index }) => index))
  for (const [index, name] of names.entries()) {
    if (name.startsWith(fieldPrefix)) columns.fields.push({ index, name, field: fieldOf(name, fields) })
    else if (!taken.has(index)) columns.ignored.push(name)
  }
  return columns
}

function fieldOf(name: string, fields: readonly CustomField[]): CustomField {
  const key = name.slice(fieldPrefix.length)
  const field = fields.find((candidate) => candidate.active && candidate.key === key)
  if (field === undefined) throw badHeader(`names ${name}, and there is no such custom field`)
  return field
}
