import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import type { Source } from './import-users.ts'
import { type Column, columns, requiredColumns, type SourceRow } from './imported-user.ts'
import { notCsv, tooManyRows } from './imports.errors.ts'

export const mostRows = 10_000

type Parsed = { info: { lines: number }; record: string[] }

const pieceBytes = 64 * 1024
const longestRow = 16 * 1024

/**
 * Reads a CSV file (RFC 4180, UTF-8, commas, a header) of the older `users` table's columns, in any order, `id` optional.
 * @throws AppError import.malformed for what is no such file, import.too_large
 */
export async function readUsersCsv(bytes: Buffer): Promise<Source> {
  assertUtf8(bytes)
  const rows: SourceRow[] = []
  let header: Column[] | null = null
  try {
    for await (const { info, record } of records(bytes)) {
      if (header === null) header = toHeader(record)
      else rows.push(toRow(header, record, info.lines))
      if (rows.length > mostRows) throw tooManyRows(mostRows)
    }
  } catch (error) {
    if (error instanceof CsvError) throw notCsv(`${lineOf(error)}its quotes or its length are wrong`)
    throw error
  }
  if (header === null) throw notCsv('it is empty')
  return { batches: () => [rows] }
}

function assertUtf8(bytes: Buffer): void {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw notCsv('it is not UTF-8')
  }
}

/** In pieces, so that other requests get their turn between them. */
function records(bytes: Buffer): AsyncIterable<Parsed> {
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, n) =>
    bytes.subarray(n * pieceBytes, (n + 1) * pieceBytes),
  )
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  })
  return Readable.from(pieces).pipe(parser)
}

function toHeader(record: readonly string[]): Column[] {
  const named = record.map((cell) => columns.find((column) => column === cell.trim().toLowerCase()) ?? null)
  const header = named.filter((column) => column !== null)
  const missing = requiredColumns.filter((column) => !header.includes(column))
  if (header.length < named.length || missing.length > 0 || new Set(header).size < header.length) {
    throw notCsv(`its first line must name the columns ${requiredColumns.join(', ')} and, if you like, id`)
  }
  return header
}

function toRow(header: readonly Column[], record: readonly string[], line: number): SourceRow {
  if (record.length !== header.length) {
    const broken = `has ${record.length} columns where the first line has ${header.length}`
    return { line, values: {}, broken }
  }
  return { line, values: Object.fromEntries(header.map((column, n) => [column, record[n] ?? null])) }
}

const lineOf = (error: CsvError): string => ('lines' in error ? `in line ${error.lines} ` : '')
