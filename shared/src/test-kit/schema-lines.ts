/** How a schema is written down to be compared: a line for every column, index and foreign key. */

export function describe(type: string, required: boolean, fallback: string | null): string {
  return `${type}${required ? ' not null' : ''}${fallback === null ? '' : ` default ${fallback}`}`
}

export function columnLine(table: string, column: string, description: string): string {
  return `column ${table}.${column} ${description}`
}

export type IndexKind = 'index' | 'unique index' | 'fulltext index'

export function indexLine(table: string, name: string, kind: IndexKind, columns: readonly string[]): string {
  return `${kind} ${name} on ${table} (${columns.join(', ')})`
}

export function foreignKeyLine(
  table: string,
  from: readonly string[],
  target: string,
  to: readonly string[],
): string {
  return `foreign key ${table} (${from.join(', ')}) to ${target} (${to.join(', ')})`
}
