import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { migrate, resolveMigration } from '@werk/shared/database/migrate'
import { MigrationError } from '@werk/shared/database/migration.errors'

/**
 * `node scripts/migrate.ts identity-service|ticket-service [--resolve NAME --as applied|rolled-back]`
 * migrates the service's database, or says what became of a failed migration. Reads DATABASE_URL,
 * or else IDENTITY_DATABASE_URL or TICKET_DATABASE_URL. Needs nothing but the production dependencies.
 */
const usage =
  'usage: node scripts/migrate.ts identity-service|ticket-service [--resolve NAME --as applied|rolled-back]'

const variables: Record<string, string> = {
  'identity-service': 'IDENTITY_DATABASE_URL',
  'ticket-service': 'TICKET_DATABASE_URL',
}

const logger = {
  info: (message: string) => void process.stdout.write(`${message}\n`),
  warn: (message: string) => void process.stderr.write(`${message}\n`),
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { resolve: { type: 'string' }, as: { type: 'string' } },
  })
  const [service = ''] = positionals
  const variable = variables[service]
  if (!variable || positionals.length > 1) throw new MigrationError(usage)
  const url = process.env.DATABASE_URL || process.env[variable]
  if (!url)
    throw new MigrationError(`set DATABASE_URL or ${variable} to mysql://user:password@host:port/database`)
  const migrationsFolder = join(import.meta.dirname, '..', service, 'prisma', 'migrations')
  if (values.resolve !== undefined || values.as !== undefined) {
    const { resolve: name, as } = values
    if (!name || (as !== 'applied' && as !== 'rolled-back')) throw new MigrationError(usage)
    await resolveMigration({ url, migrationsFolder, name, as })
    logger.info(`${service}: ${name} is marked as ${as}`)
    return
  }
  const { applied } = await migrate({ url, migrationsFolder, logger })
  logger.info(`${service}: ${applied.length === 0 ? 'nothing to migrate' : `applied ${applied.join(', ')}`}`)
}

await main().catch((error: unknown) => {
  // What the operator can mend is one sentence; anything else is a fault of ours and needs its stack.
  const known = error instanceof MigrationError || (error instanceof Error && 'code' in error)
  logger.warn(known ? error.message : String(error instanceof Error ? error.stack : error))
  process.exitCode = 1
})
