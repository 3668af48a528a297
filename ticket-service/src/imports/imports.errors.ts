import { AppError } from '@werk/shared/errors/app-error'
import type { Problem } from './problem.ts'

/** Of a file in which much is wrong the first of it is told. */
export const mostProblems = 1000

/** The bad rows are in `data.failed`; `errors` names them for clients that look there. @param rows how many are wrong */
export const importRefused = (failed: readonly Problem[], rows: number) => {
  const errors = new Map<string, string[]>()
  for (const { line, column, reason } of failed) {
    const field = column === null ? `line ${line}` : `line ${line}, ${column}`
    errors.set(field, [...(errors.get(field) ?? []), reason])
  }
  const sentence = `${rows} ${rows === 1 ? 'row is' : 'rows are'} wrong, so nothing was imported`
  return new AppError('import.invalid', sentence, {
    errors: Object.fromEntries(errors),
    data: { created: 0, unchanged: 0, failed_rows: rows, failed },
  })
}

export const notCsv = (reason: string) =>
  new AppError('import.malformed', `the file cannot be read: ${reason}`, { errors: { file: [reason] } })

export const badHeader = (reason: string) => notCsv(`its first line ${reason}`)

export const noFile = () =>
  new AppError('import.required', 'file is required', { errors: { file: ['is required'] } })

export const tooManyRows = (limit: number) =>
  new AppError('import.too_large', `a file may have at most ${limit} rows: import several`)
