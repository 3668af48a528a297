import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MigrationError } from './migration.errors.ts'

export type Migration = { name: string; script: string }

/**
 * The migrations of a `prisma/migrations` folder, in the order of their names, which start with a timestamp.
 * @throws MigrationError when a migration has no `migration.sql` or the folder cannot be read.
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new MigrationError(`cannot read the migrations in ${folder}`, { cause })
  })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(names.sort().map((name) => readMigration(folder, name)))
}

/** SHA-256 of the script in hexadecimal, as Prisma's ledger keeps it. */
export function checksumOf(script: string): string {
  return createHash('sha256').update(script).digest('hex')
}

/** Line endings do not count, as with Prisma, because git may change them on Windows. */
export function matchesChecksum(script: string, checksum: string): boolean {
  const unix = script.replaceAll('\r\n', '\n')
  return [script, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksumOf(text) === checksum)
}

async function readMigration(folder: string, name: string): Promise<Migration> {
  const script = await readFile(join(folder, name, 'migration.sql'), 'utf8').catch((cause: unknown) => {
    throw new MigrationError(`the migration ${name} has no readable migration.sql`, { cause })
  })
  return { name, script }
}
