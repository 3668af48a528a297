import type { PoolConnection } from '@werk/shared/database/pool'
import type { Deed } from '../audit/audit.repository.ts'
import type { CustomField } from '../custom-fields/custom-field.ts'
import type { FindCustomFields } from '../custom-fields/find-custom-fields.ts'
import type { SlaTerms } from '../sla/sla-clock.ts'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import type { By } from '../tickets/record-change.ts'
import { type TicketCategory, ticketCategories } from '../tickets/ticket-kinds.ts'
import type { CheckRows } from './check-rows.ts'
import type { CsvSource } from './csv-source.ts'
import type { ImportedTicket } from './imported-ticket.ts'
import { importRefused, mostProblems } from './imports.errors.ts'
import type { ImportsRepository } from './imports.repository.ts'
import type { Problem } from './problem.ts'
import type { ImportInto, WriteImported } from './write-imported.ts'

export type ImportCommand = {
  source: CsvSource
  /** SHA-256 of the file in hex, for the audit. */
  sha256: string
  tenantId: number
  by: By
  /** Only says what would be. */
  dryRun: boolean
  /** Whether InvGate gets what is created too. */
  mirror: boolean
}

export type Imported = {
  rows: number
  created: number
  /** Here already, and left as they are. */
  unchanged: number
  /** Login names of requesters whom the tenant does not know, each once; the first of them. */
  unknownCreators: string[]
  /** Columns of the file that mean nothing here. */
  ignoredColumns: string[]
}

/**
 * Makes tickets of the rows of a file. Repeating it creates what is missing: batches are transactions of their own, and begin only
 * when every row was found good. Nobody is notified.
 * @throws AppError import.invalid with what is wrong, and nothing imported; import.malformed, import.too_large
 */
export type ImportTickets = (command: ImportCommand) => Promise<Imported>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  checkRows: CheckRows
  imports: Pick<ImportsRepository, 'listKnown'>
  /** Whether it failed because another import had one of the rows first. */
  isTwin: (error: unknown) => boolean
  writeImported: WriteImported
  findCustomFields: FindCustomFields
  findSlaTerms: FindSlaTerms
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
}

const mostNames = 100
const mostTries = 5

export function createImportTickets(needs: Needs): ImportTickets {
  const { transaction, checkRows, imports, isTwin, writeImported, appendAudit } = needs
  const { findCustomFields, findSlaTerms } = needs

  /** Goes through the whole file, and writes nothing. */
  const check = async (command: ImportCommand, fields: readonly CustomField[]): Promise<Imported> => {
    const { source, tenantId, by } = command
    const failed: Problem[] = []
    const bad = new Set<number>()
    const sum: Imported = { rows: 0, created: 0, unchanged: 0, unknownCreators: [], ignoredColumns: [] }
    const strangers = new Set<string>()
    for await (const checked of checkRows(source, { tenantId, fields, now: by.at })) {
      const { columns, tickets, unchanged, problems } = checked
      for (const { line } of problems) bad.add(line)
      failed.push(...problems.slice(0, mostProblems - failed.length))
      sum.rows += tickets.length + unchanged
      sum.created += tickets.length
      sum.unchanged += unchanged
      sum.ignoredColumns = columns.ignored
      for (const { creator, creatorId } of tickets)
        if (creator !== '' && creatorId === null && strangers.size < mostNames) strangers.add(creator)
    }
    if (bad.size > 0) throw importRefused(failed, bad.size)
    return { ...sum, unknownCreators: [...strangers] }
  }

  /** Again when another import had one of the rows between the look and the write. @returns how many were written */
  const write = async (
    rows: readonly ImportedTicket[],
    into: ImportInto,
    also: (tx: PoolConnection) => Promise<void>,
    tries = 1,
  ): Promise<number> => {
    try {
      return await transaction(async (tx) => {
        const known = await imports.listKnown(into.tenantId, idsOf(rows), tx)
        const fresh = rows.filter(({ externalId }) => !known.has(externalId))
        if (fresh.length === 0) return 0
        await writeImported(tx, fresh, into)
        await also(tx)
        return fresh.length
      })
    } catch (error) {
      if (tries === mostTries || !isTwin(error)) throw error
      return write(rows, into, also, tries + 1)
    }
  }

  const termsOfAll = async (tenantId: number): Promise<ImportInto['termsOf']> => {
    const each = ticketCategories.map(
      async (category): Promise<[TicketCategory, SlaTerms]> => [
        category,
        await findSlaTerms(tenantId, category),
      ],
    )
    const terms = new Map(await Promise.all(each))
    return (category) => {
      const found = terms.get(category)
      if (found === undefined) throw new TypeError(`no terms of ${category}`)
      return found
    }
  }

  return async (command) => {
    const { source, sha256, tenantId, by, dryRun, mirror } = command
    const fields = await findCustomFields(tenantId)
    const found = await check(command, fields)
    if (dryRun || found.created === 0) return found

    const into = { tenantId, by, mirror, termsOf: await termsOfAll(tenantId) }
    const details = { rows: found.rows, to_create: found.created, mirror, sha256 }
    const deed = { tenantId, ...by, action: 'tickets.imported', subject: `tenant:${tenantId}`, details }
    let created = 0
    // With the first batch, so that an import that breaks off is seen too.
    const announce = async (tx: PoolConnection) => {
      if (created === 0) await appendAudit(tx, deed)
    }
    for await (const { tickets } of checkRows(source, { tenantId, fields, now: by.at }))
      created += await write(tickets, into, announce)
    return { ...found, created, unchanged: found.rows - created }
  }
}

function idsOf(rows: readonly ImportedTicket[]): string[] {
  return rows.map(({ externalId }) => externalId)
}
