import { parseArgs } from 'node:util'
import { createPool } from '@werk/shared/database/pool'
import { AppError } from '@werk/shared/errors/app-error'
import { theService } from '../identity-service/src/audit/audit-entry.ts'
import { composeImport } from '../identity-service/src/composition/import.ts'
import type { Imported } from '../identity-service/src/imports/import-users.ts'
import type { Problem } from '../identity-service/src/imports/imported-user.ts'
import { connectOldUsers } from '../identity-service/src/imports/old-users.repository.ts'
import { createDatabase } from '../identity-service/src/infrastructure/database.ts'

/**
 * `node scripts/import-users.ts --from mysql://user:password@host:port/database [--tenant 1] [--skip-invalid]`
 * copies the accounts of the older `users` table into the identity-service's database: DATABASE_URL, or else
 * IDENTITY_DATABASE_URL. The older database is only read.
 */
const usage =
  'usage: npm run import-users -- --from mysql://user:password@host:port/database [--tenant 1] [--skip-invalid]'

type Asked = { from: string; to: string; tenantId: number; skipInvalid: boolean }

const say = (line: string) => void process.stdout.write(`${line}\n`)
const warn = (line: string) => void process.stderr.write(`${line}\n`)

function readArguments(): Asked | null {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      tenant: { type: 'string', default: '1' },
      'skip-invalid': { type: 'boolean', default: false },
    },
  })
  const to = process.env.DATABASE_URL || process.env.IDENTITY_DATABASE_URL
  const { from = '', tenant } = values
  if (!URL.canParse(from) || !/^[1-9]\d{0,8}$/.test(tenant) || to === undefined) return null
  return { from, to, tenantId: Number(tenant), skipInvalid: values['skip-invalid'] }
}

async function run({ from, to, tenantId, skipInvalid }: Asked): Promise<Imported> {
  const pool = createPool({
    DATABASE_URL: to,
    DATABASE_POOL_SIZE: 2,
    DATABASE_ACQUIRE_TIMEOUT_MS: 10_000,
    DATABASE_STATEMENT_TIMEOUT_MS: 30_000,
  })
  const database = createDatabase(pool)
  try {
    if ((await database.tenant.count({ where: { id: tenantId } })) === 0)
      throw new Error(`there is no tenant ${tenantId}`)
    const source = await connectOldUsers(from)
    try {
      const actor = { ...theService, name: 'import-users' }
      return await composeImport(database)(source, { tenantId, keepIds: true, skipInvalid, actor })
    } finally {
      await source.close()
    }
  } finally {
    await database.$disconnect()
    await pool.end()
  }
}

function warnOf(failed: readonly Problem[]): void {
  for (const { line, column, reason } of failed) warn(`id ${line}${column ? `, ${column}` : ''}: ${reason}`)
}

async function main(): Promise<void> {
  const asked = readArguments()
  if (asked === null) throw new Error(`${usage}\nand set DATABASE_URL or IDENTITY_DATABASE_URL`)
  const { imported, skipped, renumbered, failed } = await run(asked)
  warnOf(failed)
  const bad = new Set(failed.map(({ line }) => line)).size
  say(
    `imported ${imported} (${renumbered} under a new id), skipped ${skipped} that are here already, left out ${bad} that are wrong`,
  )
}

await main().catch((error: unknown) => {
  if (error instanceof AppError && isRefusal(error.data)) warnOf(error.data.failed)
  warn(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})

function isRefusal(data: unknown): data is { failed: Problem[] } {
  return typeof data === 'object' && data !== null && 'failed' in data
}
