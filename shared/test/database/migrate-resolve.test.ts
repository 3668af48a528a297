import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { migrate, resolveMigration } from '@werk/shared/database/migrate'
import { connect } from '@werk/shared/database/migration-connection'
import { createTestDatabase, type TestDatabase } from '@werk/shared/test-kit/database'

const first = '20260101000000_create_people'
const second = '20260102000000_create_towns'

describe('resolveMigration', () => {
  let database: TestDatabase
  let folder: string

  beforeEach(async () => {
    database = await createTestDatabase()
    folder = await mkdtemp(join(tmpdir(), 'werk-migrations-'))
    await addMigration(first, 'CREATE TABLE people (id INT PRIMARY KEY); INSERT INTO nowhere VALUES (1)')
    await addMigration(second, 'CREATE TABLE towns (id INT PRIMARY KEY)')
  })
  afterEach(async () => {
    await database.drop()
    await rm(folder, { recursive: true })
  })

  async function addMigration(name: string, script: string): Promise<void> {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'migration.sql'), script)
  }
  async function query(sql: string): Promise<Record<string, unknown>[]> {
    const connection = await connect(database.url)
    try {
      return await connection.query(sql)
    } finally {
      await connection.end()
    }
  }
  const run = () => migrate({ url: database.url, migrationsFolder: folder })
  const resolve = (name: string, as: 'applied' | 'rolled-back') =>
    resolveMigration({ url: database.url, migrationsFolder: folder, name, as })

  it('is needed after a failure, which stays in the ledger with its reason and stops later runs', async () => {
    const failed = /the migration 20260101000000_create_people failed: .*nowhere' doesn't exist/
    await assert.rejects(run(), failed)
    const [entry, ...others] = await query('SELECT logs, finished_at FROM _prisma_migrations')
    assert.match(String(entry?.logs), /nowhere' doesn't exist/)
    assert.equal(entry?.finished_at, null)
    assert.deepEqual(others, [])
    await assert.rejects(run(), /an earlier migration failed.*\n20260101000000_create_people: .*nowhere/)
    assert.deepEqual(await query("SHOW TABLES LIKE 'towns'"), [])
  })

  it('as rolled back lets the next run apply the migration again and go on', async () => {
    await assert.rejects(run())
    await query('DROP TABLE people')
    await addMigration(first, 'CREATE TABLE people (id INT PRIMARY KEY)')
    await resolve(first, 'rolled-back')
    assert.deepEqual(await run(), { applied: [first, second] })
    assert.deepEqual(await run(), { applied: [] })
  })

  it('as applied lets the next run go on behind the migration', async () => {
    await assert.rejects(run())
    await resolve(first, 'applied')
    assert.deepEqual(await run(), { applied: [second] })
    assert.equal((await query('SELECT id FROM _prisma_migrations WHERE rolled_back_at IS NULL')).length, 2)
  })

  it('as applied takes over a database from before the ledger', async () => {
    await query('CREATE TABLE people (id INT PRIMARY KEY)')
    await resolve(first, 'applied')
    assert.deepEqual(await run(), { applied: [second] })
  })

  it('refuses what did not fail', async () => {
    await resolve(first, 'applied')
    await run()
    await assert.rejects(resolve(second, 'rolled-back'), /did not fail/)
    await assert.rejects(resolve(second, 'applied'), /is applied already/)
    await assert.rejects(resolve('20270101000000_other', 'rolled-back'), /was never applied/)
    await assert.rejects(resolve('20270101000000_other', 'applied'), /there is no migration/)
  })
})
