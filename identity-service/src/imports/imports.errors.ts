import { AppError } from '@werk/shared/errors/app-error'
import type { Problem } from './imported-user.ts'

/** Every bad row is in `data.failed`; `errors` names them for clients that look there. */
export const importRefused = (failed: readonly Problem[]) => {
  const errors: Record<string, string[]> = {}
  for (const { line, column, reason } of failed) {
    const field = column === null ? `line ${line}` : `line ${line}, ${column}`
    errors[field] = [...(errors[field] ?? []), reason]
  }
  const lines = new Set(failed.map(({ line }) => line)).size
  const sentence = `${lines} ${lines === 1 ? 'row is' : 'rows are'} wrong, so nothing was imported`
  return new AppError('import.invalid', sentence, {
    errors,
    data: { imported: 0, skipped: 0, renumbered: 0, failed },
  })
}

export const notCsv = (reason: string) =>
  new AppError('import.malformed', `the file cannot be read: ${reason}`, { errors: { body: [reason] } })

export const tooManyRows = (limit: number) =>
  new AppError(
    'import.too_large',
    `a file may have at most ${limit} rows: import several, or from the database`,
  )
