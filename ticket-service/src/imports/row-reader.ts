import type { Column, Columns } from './import-columns.ts'
import type { Problem } from './problem.ts'

/** A row of a file, as it was read. */
export type SourceRow = {
  /** Of the file, where it ends. */
  line: number
  cells: readonly string[]
}

/** The cells of a row by their columns, and what is found to be wrong with them. */
export type RowReader = {
  /** As it is in the file. */
  text(column: Column): string
  /** Without blanks around it. */
  word(column: Column): string
  /** What the file calls it. */
  nameOf(column: Column): string
  refuse(column: Column, reason: string): void
  problems: Problem[]
}

/** What the export puts an apostrophe before, because a spreadsheet would take it for a formula. */
const escaped = /^'[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

export function createRowReader({ line, cells }: SourceRow, { at }: Columns): RowReader {
  const problems: Problem[] = []
  // Only what was exported here is known to be escaped.
  const isExport = at.external_id?.name === 'id'
  const nameOf = (column: Column) => at[column]?.name ?? column
  const text = (column: Column) => {
    const cell = cells[at[column]?.index ?? -1] ?? ''
    return isExport && escaped.test(cell) ? cell.slice(1) : cell
  }
  return {
    text,
    word: (column) => text(column).trim(),
    nameOf,
    refuse: (column, reason) => void problems.push({ line, column: nameOf(column), reason }),
    problems,
  }
}
