import { randomUUID } from 'node:crypto'
import { MigrationError } from './migration.errors.ts'
import type { Connection } from './migration-connection.ts'
import { checksumOf, type Migration } from './migration-folder.ts'

export type LedgerEntry = {
  id: string
  name: string
  checksum: string
  logs: string | null
  finished: boolean
  rolledBack: boolean
}

export type MigrationLedger = ReturnType<typeof createMigrationLedger>

/**
 * Prisma's own table `_prisma_migrations`, written as Prisma's schema engine writes it,
 * so that `prisma migrate deploy` and ours can follow each other. Times are UTC, as Prisma's are.
 */
export function createMigrationLedger(connection: Connection) {
  const now = 'UTC_TIMESTAMP(3)'

  /** Makes the table; refuses a database that has tables but no ledger, as Prisma does (P3005). */
  async function initialize(): Promise<void> {
    const tables = await listTables(connection)
    if (tables.includes(ledgerTable)) return
    if (tables.length > 0) {
      throw new MigrationError(
        'the database has tables but no migration ledger: mark what it already has with --resolve NAME --as applied',
      )
    }
    await connection.query(createLedger)
  }

  async function createWhereMissing(): Promise<void> {
    if (!(await listTables(connection)).includes(ledgerTable)) await connection.query(createLedger)
  }

  /** In the order in which they were started. */
  async function list(): Promise<LedgerEntry[]> {
    const rows = await connection.query<Row[]>(
      `SELECT id, migration_name AS name, checksum, logs,
              finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS rolled_back
         FROM ${ledgerTable} ORDER BY started_at`,
    )
    return rows.map(({ rolled_back, finished, ...row }) => ({
      ...row,
      finished: Boolean(Number(finished)),
      rolledBack: Boolean(Number(rolled_back)),
    }))
  }

  /** @returns the entry's id */
  async function recordStart({ name, script }: Migration): Promise<string> {
    const id = randomUUID()
    await connection.query(
      `INSERT INTO ${ledgerTable} (id, checksum, started_at, migration_name) VALUES (?, ?, ${now}, ?)`,
      [id, checksumOf(script), name],
    )
    return id
  }

  async function recordSuccess(id: string): Promise<void> {
    await connection.query(
      `UPDATE ${ledgerTable}
          SET applied_steps_count = applied_steps_count + 1, finished_at = ${now} WHERE id = ?`,
      [id],
    )
  }

  async function recordFailure(id: string, logs: string): Promise<void> {
    await connection.query(`UPDATE ${ledgerTable} SET logs = ? WHERE id = ?`, [logs, id])
  }

  async function recordApplied({ name, script }: Migration): Promise<void> {
    await connection.query(
      `INSERT INTO ${ledgerTable} (id, checksum, started_at, finished_at, migration_name)
       VALUES (?, ?, ${now}, ${now}, ?)`,
      [randomUUID(), checksumOf(script), name],
    )
  }

  async function recordRolledBack(id: string): Promise<void> {
    await connection.query(`UPDATE ${ledgerTable} SET rolled_back_at = ${now} WHERE id = ?`, [id])
  }

  return {
    initialize,
    createWhereMissing,
    list,
    recordStart,
    recordSuccess,
    recordFailure,
    recordApplied,
    recordRolledBack,
  }
}

type Row = {
  id: string
  name: string
  checksum: string
  logs: string | null
  finished: number | bigint
  rolled_back: number | bigint
}

const ledgerTable = '_prisma_migrations'

const createLedger = `
  CREATE TABLE ${ledgerTable} (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             DATETIME(3),
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          DATETIME(3),
    started_at              DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    applied_steps_count     INTEGER UNSIGNED NOT NULL DEFAULT 0
  ) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`

async function listTables(connection: Connection): Promise<string[]> {
  const rows = await connection.query<{ name: string }[]>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  )
  return rows.map((row) => row.name)
}
