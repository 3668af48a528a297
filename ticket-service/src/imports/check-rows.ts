import type { CustomField } from '../custom-fields/custom-field.ts'
import type { CsvSource } from './csv-source.ts'
import { type Columns, readHeader } from './import-columns.ts'
import { type ImportedTicket, judgeRow } from './imported-ticket.ts'
import { notCsv, tooManyRows } from './imports.errors.ts'
import type { ImportsRepository } from './imports.repository.ts'
import { createKnownPeople } from './known-people.ts'
import type { Problem } from './problem.ts'
import { createRowReader, type SourceRow } from './row-reader.ts'

export type CheckedRows = {
  columns: Columns
  /** What is new. */
  tickets: ImportedTicket[]
  /** How many are here already: what their rows say does not matter. */
  unchanged: number
  problems: Problem[]
}

/**
 * The rows of a file, good and bad, some at a time. The second row of an `external_id` is bad, because it cannot be the ticket
 * as well. A file without rows has one empty batch.
 * @throws AppError import.malformed, import.too_large
 */
export type CheckRows = (source: CsvSource, asked: Asked) => AsyncGenerator<CheckedRows>

type Asked = { tenantId: number; fields: readonly CustomField[]; now: Date }

const mostRows = 10_000
/** Rows, and characters: a transaction is kept short, and so is what lies in memory. */
const atOnce = { rows: 200, characters: 1_000_000 }

export function createCheckRows({
  imports,
}: {
  imports: Pick<ImportsRepository, 'listKnown' | 'findPeople'>
}): CheckRows {
  return async function* checkRows(source, { tenantId, fields, now }) {
    const people = createKnownPeople(imports, tenantId)
    const lineOf = new Map<string, number>()

    const check = async (rows: readonly SourceRow[], columns: Columns): Promise<CheckedRows> => {
      const checked: CheckedRows = { columns, tickets: [], unchanged: 0, problems: [] }
      const whole = rows.filter(({ line, cells }) => {
        const isWhole = cells.length === columns.count
        const reason = `has ${cells.length} columns where the first line has ${columns.count}`
        if (!isWhole) checked.problems.push({ line, column: null, reason })
        return isWhole
      })
      const readers = whole.map((row) => ({ row, reader: createRowReader(row, columns) }))
      const known = await imports.listKnown(
        tenantId,
        readers.map(({ reader }) => reader.word('external_id')).filter((id) => id !== ''),
      )
      await people.meet(readers.map(({ reader }) => reader))
      for (const { row, reader } of readers) {
        const externalId = reader.word('external_id')
        const twin = lineOf.get(externalId)
        if (externalId !== '' && twin !== undefined) reader.refuse('external_id', `is that of line ${twin}`)
        else lineOf.set(externalId, row.line)
        const isKnown = twin === undefined && known.has(externalId)
        const judged = isKnown ? null : judgeRow(row, reader, { columns, people, now })
        if (judged === null) checked.unchanged += 1
        else if (Array.isArray(judged)) checked.problems.push(...judged)
        else checked.tickets.push(judged)
      }
      return checked
    }

    let columns: Columns | null = null
    for await (const rows of batches(source)) {
      const isFirst: boolean = columns === null
      columns ??= readHeader(rows[0]?.cells ?? [], fields)
      yield await check(isFirst ? rows.slice(1) : rows, columns)
    }
    if (columns === null) throw notCsv('it is empty')
  }
}

/** The first line is the first of the first batch. */
async function* batches(source: CsvSource): AsyncGenerator<SourceRow[]> {
  let [batch, characters, count]: [SourceRow[], number, number] = [[], 0, -1]
  for await (const row of source.rows()) {
    count += 1
    if (count > mostRows) throw tooManyRows(mostRows)
    batch.push(row)
    characters += row.cells.reduce((sum, cell) => sum + cell.length, 0)
    if (batch.length < atOnce.rows && characters < atOnce.characters) continue
    yield batch
    batch = []
    characters = 0
  }
  if (batch.length > 0) yield batch
}
