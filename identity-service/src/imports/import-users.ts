import { foldLoginName } from '@werk/shared/auth/login-name'
import type { Actor } from '../audit/audit-entry.ts'
import { checkRow, type ImportedUser, type Problem, type SourceRow } from './imported-user.ts'
import { importRefused } from './imports.errors.ts'
import type { ImportsRepository } from './imports.repository.ts'

/** Rows that can be read twice: first all are checked, then all are written. */
export type Source = { batches(): AsyncIterable<SourceRow[]> | Iterable<SourceRow[]> }

export type ImportInto = {
  tenantId: number
  /** Whether rows keep their ids where those are free. */
  keepIds: boolean
  /** Whether good rows are imported although others are bad. */
  skipInvalid: boolean
  actor: Actor
}

export type Imported = {
  imported: number
  /** e-mails that were accounts' already */
  skipped: number
  /** imported under another id than their own */
  renumbered: number
  failed: Problem[]
}

/**
 * Makes accounts of the older `users` table's rows, with role `user` and their password hashes as they are. Repeating
 * it imports what is missing: batches are transactions of their own.
 * @throws AppError import.invalid with every bad row, and nothing imported, unless bad rows are to be skipped
 */
export type ImportUsers = (source: Source, into: ImportInto) => Promise<Imported>

export function createImportUsers({ imports }: { imports: ImportsRepository }): ImportUsers {
  return async (source, { tenantId, keepIds, skipInvalid, actor }) => {
    const failed: Problem[] = []
    for await (const { problems } of checked(source)) failed.push(...problems)
    if (failed.length > 0 && !skipInvalid) throw importRefused(failed)

    const sum = { imported: 0, skipped: 0, renumbered: 0 }
    const write = async (users: readonly ImportedUser[], keepIds: boolean) => {
      const { imported, skipped, renumbered, left } = await imports.insert(users, {
        tenantId,
        keepIds,
        actor,
      })
      sum.imported += imported
      sum.skipped += skipped
      sum.renumbered += renumbered
      return left
    }
    // New ids come last, so that none of them is one that a later row would have kept.
    const left: ImportedUser[] = []
    for await (const { users } of checked(source)) left.push(...(await write(users, keepIds)))
    await write(left, false)
    return { ...sum, failed }
  }
}

/** The rows of a source, good and bad. The second row of an e-mail is bad, because it cannot be an account as well. */
async function* checked(source: Source): AsyncGenerator<{ users: ImportedUser[]; problems: Problem[] }> {
  const lineOf = new Map<string, number>()
  for await (const rows of source.batches()) {
    const users: ImportedUser[] = []
    const problems: Problem[] = []
    for (const row of rows) {
      const found = checkRow(row)
      const twin = Array.isArray(found) ? undefined : lineOf.get(foldLoginName(found.email))
      if (Array.isArray(found)) problems.push(...found)
      else if (twin !== undefined)
        problems.push({
          line: row.line,
          column: 'email',
          reason: `is the e-mail of line ${twin}, in any case`,
        })
      else {
        users.push(found)
        lineOf.set(foldLoginName(found.email), row.line)
      }
    }
    yield { users, problems }
  }
}
