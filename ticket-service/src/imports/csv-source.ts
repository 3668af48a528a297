import { createReadStream } from 'node:fs'
import { type Readable, Readable as Readables } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { notCsv } from './imports.errors.ts'
import type { SourceRow } from './row-reader.ts'

/** A file that can be read more than once, the first line as well. */
export type CsvSource = { rows(): AsyncGenerator<SourceRow> }

type Parsed = { info: { lines: number }; record: string[] }

/** Characters. */
const longestRow = 1_048_576

/**
 * A CSV file (RFC 4180, UTF-8, with a BOM or without) that lies on this machine. It is read in pieces, so that other requests
 * get their turn between them and it never lies in memory as a whole.
 * `rows()` throws AppError import.malformed for what is no such file.
 */
export function createCsvSource(path: string): CsvSource {
  return {
    async *rows() {
      const parser = parse({
        info: true,
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: longestRow,
      })
      const text = Readables.from(decoded(createReadStream(path)))
      text.on('error', (error) => parser.destroy(error))
      try {
        for await (const { info, record } of text.pipe(parser) as AsyncIterable<Parsed>)
          yield { line: info.lines, cells: record }
      } catch (error) {
        if (error instanceof CsvError) throw notCsv(`${lineOf(error)}its quotes or its length are wrong`)
        throw error
      } finally {
        text.destroy()
      }
    },
  }
}

/** Also takes the BOM away. */
async function* decoded(bytes: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (chunk: Buffer | undefined) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw notCsv('it is not UTF-8')
    }
  }
  for await (const chunk of bytes) yield decode(chunk)
  yield decode(undefined)
}

const lineOf = (error: CsvError): string => ('lines' in error ? `in line ${error.lines} ` : '')
