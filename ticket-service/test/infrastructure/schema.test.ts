import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { compareSchema } from '@werk/shared/test-kit/compare-schema'
import { createTestDatabase } from '@werk/shared/test-kit/database'

const serviceFolder = join(import.meta.dirname, '../..')

test('the migrated database is what schema.prisma says, and nothing else', async (t) => {
  const database = await createTestDatabase(serviceFolder)
  t.after(() => database.drop())
  const schemaPath = join(serviceFolder, 'prisma/schema.prisma')

  assert.deepEqual(await compareSchema({ schemaPath, databaseUrl: database.url }), [])
})
