import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { migrate } from '../database/migrate.ts'
import { connect } from '../database/migration-connection.ts'

export type TestDatabase = {
  /** `mysql://user:password@host:port/database` */
  url: string
  name: string
  drop(): Promise<void>
}

/**
 * Makes a database of its own for a test file, on the server that `npm test` started, and migrates it.
 * @param folder a service's folder, or a folder of migrations; without one the database stays empty
 * @throws when TEST_DATABASE_URL is not set: tests run under `npm test`, or beside `npm run test:database`
 */
export async function createTestDatabase(folder?: string): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_URL
  if (!server) {
    throw new Error(
      'TEST_DATABASE_URL is not set: run `npm test -- path/to/file.test.ts`, or `npm run test:database` in another terminal',
    )
  }
  const name = `werk_test_${process.pid}_${randomBytes(6).toString('hex')}`
  await run(server, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`)
  const database = {
    url: Object.assign(new URL(server), { pathname: `/${name}` }).href,
    name,
    drop: () => run(server, `DROP DATABASE IF EXISTS \`${name}\``),
  }
  try {
    if (folder) await migrate({ url: database.url, migrationsFolder: findMigrations(folder) })
  } catch (error) {
    await database.drop()
    throw error
  }
  return database
}

function findMigrations(folder: string): string {
  const ofService = join(folder, 'prisma', 'migrations')
  return existsSync(ofService) ? ofService : folder
}

async function run(server: string, statement: string): Promise<void> {
  const connection = await connect(server)
  try {
    await connection.query(statement)
  } finally {
    await connection.end()
  }
}
