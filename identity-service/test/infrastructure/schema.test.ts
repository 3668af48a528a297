import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from '@werk/shared/database/migration-connection'
import { compareSchema } from '@werk/shared/test-kit/compare-schema'
import { createTestDatabase } from '@werk/shared/test-kit/database'

const serviceFolder = join(import.meta.dirname, '../..')
const schemaPath = join(serviceFolder, 'prisma/schema.prisma')

test('the migrated database is what schema.prisma says, and nothing else', async (t) => {
  const database = await createTestDatabase(serviceFolder)
  t.after(() => database.drop())
  assert.deepEqual(await compareSchema({ schemaPath, databaseUrl: database.url }), [])
})

test('every kind of difference shows', async (t) => {
  const database = await createTestDatabase(serviceFolder)
  t.after(() => database.drop())
  const connection = await connect(database.url)
  const changes = [
    'ALTER TABLE users MODIFY email VARCHAR(190) NOT NULL',
    'ALTER TABLE users MODIFY name VARCHAR(90) NOT NULL DEFAULT ""',
    'ALTER TABLE users ALTER role SET DEFAULT "admin"',
    'ALTER TABLE users ADD extra INT NULL',
    'ALTER TABLE users DROP INDEX users_email_key, ADD INDEX users_email_key (email)',
    'ALTER TABLE login_names DROP FOREIGN KEY login_names_user_id_fkey',
    'ALTER TABLE outbox_jobs DROP COLUMN last_error',
    'CREATE TABLE forgotten (id INT PRIMARY KEY)',
  ]
  for (const change of changes) await connection.query(change)
  await connection.end()

  const found = await compareSchema({ schemaPath, databaseUrl: database.url })
  assert.deepEqual(found.sort(), [
    'only in the database: column forgotten.id int not null',
    'only in the database: column users.email varchar(190) not null',
    'only in the database: column users.extra int',
    'only in the database: column users.name varchar(90) not null default ',
    'only in the database: column users.role varchar(16) not null default admin',
    'only in the database: index users_email_key on users (email)',
    'only in the database: unique index PRIMARY on forgotten (id)',
    'only in the schema: column outbox_jobs.last_error varchar(500)',
    'only in the schema: column users.email varchar(190)',
    'only in the schema: column users.name varchar(100) not null default ',
    'only in the schema: column users.role varchar(16) not null default user',
    'only in the schema: foreign key login_names (user_id) to users (id)',
    'only in the schema: unique index users_email_key on users (email)',
  ])
})
