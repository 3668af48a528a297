import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { migrate } from '@werk/shared/database/migrate'
import { connect } from '@werk/shared/database/migration-connection'
import { createTestDatabase, type TestDatabase } from '@werk/shared/test-kit/database'

const createPeople = '20260101000000_create_people'
const addTown = '20260102000000_add_town'

describe('migrate', () => {
  let database: TestDatabase
  let folder: string

  beforeEach(async () => {
    database = await createTestDatabase()
    folder = await mkdtemp(join(tmpdir(), 'werk-migrations-'))
  })
  afterEach(async () => {
    await database.drop()
    await rm(folder, { recursive: true })
  })

  async function addMigration(name: string, script: string): Promise<void> {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'migration.sql'), script)
  }
  async function query<T = Record<string, unknown>>(sql: string): Promise<T[]> {
    const connection = await connect(database.url)
    try {
      return await connection.query<T[]>(sql)
    } finally {
      await connection.end()
    }
  }
  const run = () => migrate({ url: database.url, migrationsFolder: folder })

  it('applies what is missing, in order, each once', async () => {
    await addMigration(addTown, 'ALTER TABLE people ADD town TEXT; INSERT INTO people VALUES (1, "Ulm")')
    await addMigration(createPeople, 'CREATE TABLE people (id INT PRIMARY KEY)')
    assert.deepEqual(await run(), { applied: [createPeople, addTown] })
    assert.deepEqual(await query('SELECT id, town FROM people'), [{ id: 1, town: 'Ulm' }])
    assert.deepEqual(await run(), { applied: [] })
  })

  it('keeps the ledger that Prisma keeps', async () => {
    await addMigration(createPeople, 'CREATE TABLE people (id INT PRIMARY KEY)')
    await run()
    const [entry] = await query(
      `SELECT id, checksum, migration_name, logs, rolled_back_at, applied_steps_count,
              finished_at >= started_at AND ABS(TIMESTAMPDIFF(SECOND, started_at, UTC_TIMESTAMP())) < 60 AS timed
         FROM _prisma_migrations`,
    )
    assert.match(String(entry?.id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.deepEqual(
      { ...entry, id: '', timed: Number(entry?.timed) },
      {
        id: '',
        checksum: 'e1cae660e6cdaa5271f672ffefe7708e1d19cc3c4922d0b11747b0fa2b06070e',
        migration_name: createPeople,
        logs: null,
        rolled_back_at: null,
        applied_steps_count: 1,
        timed: 1,
      },
    )
    const columns = await query<{ name: string; type: string; nullable: string }>(
      `SELECT column_name AS name, column_type AS type, is_nullable AS nullable
         FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    )
    assert.deepEqual(
      // MariaDB shows the width of an integer, MySQL does not.
      columns.map(({ name, type, nullable }) => `${name} ${type.replace('int(10)', 'int')} ${nullable}`),
      [
        'id varchar(36) NO',
        'checksum varchar(64) NO',
        'finished_at datetime(3) YES',
        'migration_name varchar(255) NO',
        'logs text YES',
        'rolled_back_at datetime(3) YES',
        'started_at datetime(3) NO',
        'applied_steps_count int unsigned NO',
      ],
    )
  })

  it('applies each migration once when several processes start at once', async () => {
    await addMigration(createPeople, 'CREATE TABLE people (id INT AUTO_INCREMENT PRIMARY KEY)')
    await addMigration(addTown, 'DO SLEEP(0.2); INSERT INTO people VALUES (DEFAULT)')
    const results = await Promise.all([run(), run(), run(), run()])
    assert.deepEqual(results.flatMap((result) => result.applied).sort(), [createPeople, addTown])
    assert.equal((await query('SELECT id FROM people')).length, 1)
    assert.equal((await query('SELECT id FROM _prisma_migrations')).length, 2)
  })

  it('says so when another process does not finish in time', async () => {
    const other = await connect(database.url)
    try {
      await other.query(`DO GET_LOCK(CONCAT('migrate:', LEFT(SHA2(DATABASE(), 256), 40)), 1)`)
      const late = migrate({ url: database.url, migrationsFolder: folder, lockTimeoutSeconds: 0 })
      await assert.rejects(late, /another process has been migrating this database/)
    } finally {
      await other.end()
    }
  })

  it('refuses to run when an applied migration was changed, but for its line endings', async () => {
    await addMigration(createPeople, 'CREATE TABLE people (\nid INT PRIMARY KEY)')
    await run()
    await addMigration(createPeople, 'CREATE TABLE people (\r\nid INT PRIMARY KEY)')
    assert.deepEqual(await run(), { applied: [] })
    await addMigration(createPeople, 'CREATE TABLE people (\nid BIGINT PRIMARY KEY)')
    await addMigration(addTown, 'ALTER TABLE people ADD town TEXT')
    await assert.rejects(run(), /changed after it was applied: 20260101000000_create_people/)
    assert.equal((await query('SHOW COLUMNS FROM people')).length, 1)
  })

  it('warns of a migration that only the database knows, and goes on', async () => {
    await addMigration(createPeople, 'CREATE TABLE people (id INT PRIMARY KEY)')
    await run()
    await rm(join(folder, createPeople), { recursive: true })
    await addMigration(addTown, 'ALTER TABLE people ADD town TEXT')
    const warnings: string[] = []
    const logger = { info: () => {}, warn: (message: string) => void warnings.push(message) }
    const result = await migrate({ url: database.url, migrationsFolder: folder, logger })
    assert.deepEqual(result, { applied: [addTown] })
    assert.deepEqual(warnings, [`the database has the migration ${createPeople}, which is not here`])
  })

  it('refuses a database that has tables but no ledger', async () => {
    await query('CREATE TABLE somebody_elses (id INT PRIMARY KEY)')
    await addMigration(createPeople, 'CREATE TABLE people (id INT PRIMARY KEY)')
    await assert.rejects(run(), /the database has tables but no migration ledger/)
  })
})
