import { MigrationError } from './migration.errors.ts'
import { withMigrationLock } from './migration-connection.ts'
import { type Migration, matchesChecksum, readMigrations } from './migration-folder.ts'
import { createMigrationLedger, type LedgerEntry, type MigrationLedger } from './migration-ledger.ts'

export type MigrationLogger = { info(message: string): void; warn(message: string): void }

export type MigrateOptions = {
  /** `mysql://user:password@host:port/database` */
  url: string
  /** a `prisma/migrations` folder: `<timestamp>_<name>/migration.sql` */
  migrationsFolder: string
  logger?: MigrationLogger
  /** how long to wait while another process migrates the same database */
  lockTimeoutSeconds?: number
}

/**
 * Applies the migrations that the database lacks, in order, as `prisma migrate deploy` does and in its ledger.
 * Processes that migrate the same database at once take turns. Beyond Prisma, it refuses to run when the script
 * of an applied migration was changed since; a migration that only the ledger knows is warned of, so that
 * a previous release still starts on a newer database.
 * @returns the names of the migrations that this call applied
 * @throws MigrationError when the history is not in order or a migration fails; the failure stays in the ledger
 *   and later runs refuse until `resolveMigration` says what became of it
 */
export function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const { url, migrationsFolder, logger = silent, lockTimeoutSeconds = 300 } = options
  return withMigrationLock(url, lockTimeoutSeconds, async (connection) => {
    const migrations = await readMigrations(migrationsFolder)
    const ledger = createMigrationLedger(connection)
    await ledger.initialize()
    const entries = (await ledger.list()).filter((entry) => !entry.rolledBack)
    refuseFailed(entries)
    refuseChanged(entries, migrations)
    warnOfUnknown(entries, migrations, logger)
    const applied: string[] = []
    for (const migration of migrations) {
      if (entries.some((entry) => entry.name === migration.name)) continue
      logger.info(`applying the migration ${migration.name}`)
      await apply(migration, ledger, (script) => connection.query(script))
      applied.push(migration.name)
    }
    return { applied }
  })
}

/**
 * Says what became of a failed migration, as `prisma migrate resolve` does: `rolled-back` (its effects were undone,
 * the next run applies it again) or `applied` (its effects were completed by hand, or it was there before the ledger).
 * @throws MigrationError when the ledger has no such failure, or the migration is applied already
 */
export function resolveMigration(options: {
  url: string
  migrationsFolder: string
  name: string
  as: 'rolled-back' | 'applied'
}): Promise<void> {
  const { url, migrationsFolder, name, as } = options
  return withMigrationLock(url, 10, async (connection) => {
    const ledger = createMigrationLedger(connection)
    await ledger.createWhereMissing()
    const entries = (await ledger.list()).filter((entry) => entry.name === name)
    if (as === 'applied') await markApplied(ledger, entries, name, await readMigrations(migrationsFolder))
    else await markRolledBack(ledger, entries, name)
  })
}

const silent: MigrationLogger = { info: () => {}, warn: () => {} }

function refuseFailed(entries: LedgerEntry[]): void {
  const failed = entries.filter((entry) => !entry.finished)
  if (failed.length === 0) return
  const lines = failed.map(({ name, logs }) => `${name}: ${logs ?? 'it was interrupted'}`)
  throw new MigrationError(
    `an earlier migration failed; repair the database, then use --resolve NAME --as rolled-back or applied\n${lines.join('\n')}`,
  )
}

function refuseChanged(entries: LedgerEntry[], migrations: Migration[]): void {
  const changed = migrations.filter(({ name, script }) =>
    entries.some((entry) => entry.name === name && !matchesChecksum(script, entry.checksum)),
  )
  if (changed.length === 0) return
  const names = changed.map(({ name }) => name).join(', ')
  throw new MigrationError(`changed after it was applied: ${names}; put changes into a new migration`)
}

function warnOfUnknown(entries: LedgerEntry[], migrations: Migration[], logger: MigrationLogger): void {
  const unknown = entries.filter(({ name }) => migrations.every((migration) => migration.name !== name))
  for (const { name } of unknown) logger.warn(`the database has the migration ${name}, which is not here`)
}

async function apply(
  migration: Migration,
  ledger: MigrationLedger,
  run: (script: string) => Promise<unknown>,
): Promise<void> {
  const id = await ledger.recordStart(migration)
  try {
    await run(migration.script)
  } catch (cause) {
    const reason = databaseMessage(cause)
    // The entry without an end already tells of the failure where the connection is gone and takes no reason.
    await ledger.recordFailure(id, reason).catch(() => {})
    throw new MigrationError(`the migration ${migration.name} failed: ${reason}`, { cause })
  }
  await ledger.recordSuccess(id)
}

/** The database's own sentence: the driver's message also carries the whole script. */
function databaseMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'sqlMessage' in error && typeof error.sqlMessage === 'string' ? error.sqlMessage : error.message
}

async function markApplied(
  ledger: MigrationLedger,
  entries: LedgerEntry[],
  name: string,
  migrations: Migration[],
): Promise<void> {
  const migration = migrations.find((candidate) => candidate.name === name)
  if (!migration) throw new MigrationError(`there is no migration ${name}`)
  if (entries.some((entry) => entry.finished)) throw new MigrationError(`${name} is applied already`)
  await rollBackUnfinished(ledger, entries)
  await ledger.recordApplied(migration)
}

async function markRolledBack(ledger: MigrationLedger, entries: LedgerEntry[], name: string): Promise<void> {
  if (entries.length === 0) throw new MigrationError(`${name} was never applied`)
  if (entries.every((entry) => entry.finished)) throw new MigrationError(`${name} did not fail`)
  await rollBackUnfinished(ledger, entries)
}

async function rollBackUnfinished(ledger: MigrationLedger, entries: LedgerEntry[]): Promise<void> {
  for (const entry of entries) {
    if (!entry.finished && !entry.rolledBack) await ledger.recordRolledBack(entry.id)
  }
}
