import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { migrate } from '@werk/shared/database/migrate'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import { sql } from '../kit/sql.ts'

const migrations = join(import.meta.dirname, '../../prisma/migrations')
/** What the service had before it was a help desk of its own. */
const old = ['20261121080000_tickets', '20261121100000_intents', '20261121140000_directory']

const imported = '6f0d1c1e-8a57-5a7e-9a51-3f2d8a6b0c11'
const raised = '01935f2e-0000-7000-8000-000000000001'

test('a database of the version before keeps its tickets, attachments and comments, and all ids are in the order of time', async (t) => {
  const [database, folder] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'werk-upgrade-')),
  ])
  t.after(async () => {
    await database.drop()
    await rm(folder, { recursive: true })
  })
  for (const name of old) await cp(join(migrations, name), join(folder, name), { recursive: true })
  await migrate({ url: database.url, migrationsFolder: folder })
  const ticket = (id: string, invGateId: number, time: string, userId: string) =>
    sql(
      database,
      `INSERT INTO tickets (id, tenant_id, inv_gate_id, source_id, creator_id, customer_id, category_id, type_id, priority_id,
         title, description, creator_email, creator_key, user_id, status, created_at, updated_at, synced_at)
       VALUES ('${id}', 1, ${invGateId}, 1, 1, 1, 1, 1, 1, 'Größe “x” 🔥', 'text', 'a@example.com', 'a@example.com', ${userId}, 'open',
         '${time}', '${time}', '${time}')`,
    )
  await ticket(imported, 7, '2024-03-01 12:00:00.123', 'NULL')
  await ticket(raised, 8, '2024-11-24 20:00:00', '5')
  await sql(
    database,
    `INSERT INTO ticket_comments (id, ticket_id, inv_gate_comment_id, author_id, message, customer_visible, is_solution, created_at)
      VALUES ('01935f2e-0000-7000-8000-00000000000a', '${imported}', 70, 3, 'public', 1, 0, NOW(3)),
        ('01935f2e-0000-7000-8000-00000000000b', '${imported}', 71, 3, 'internal', 0, 1, NOW(3))`,
  )
  await sql(
    database,
    `INSERT INTO attachments (id, ticket_id, filename, size, sha256, created_at)
      VALUES ('01935f2e-0000-7000-8000-00000000000c', '${imported}', 'a.txt', 1, REPEAT('a', 64), NOW(3))`,
  )

  await migrate({ url: database.url, migrationsFolder: migrations })

  const tickets = await sql(database, 'SELECT id, origin, title, member_id FROM tickets ORDER BY id')
  assert.deepEqual(
    tickets.map(({ origin, title, member_id }) => [origin, title, member_id]),
    [
      ['invgate', 'Größe “x” 🔥', null],
      ['here', 'Größe “x” 🔥', 5],
    ],
  )
  const [renamed, kept] = tickets.map(({ id }) => String(id))
  assert.equal(kept, raised)
  assert.match(String(renamed), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(
    Number.parseInt(String(renamed).replace('-', '').slice(0, 12), 16),
    Date.parse('2024-03-01T12:00:00.123Z'),
  )
  assert.deepEqual(
    (
      await sql(
        database,
        'SELECT ticket_id, message, internal, is_solution, inv_gate_comment_id, origin FROM ticket_replies ORDER BY id',
      )
    ).map((row) => Object.values(row)),
    [
      [renamed, 'public', 0, 0, 70, 'invgate'],
      [renamed, 'internal', 1, 1, 71, 'invgate'],
    ],
  )
  assert.deepEqual(
    (await sql(database, 'SELECT ticket_id FROM attachments')).map(({ ticket_id }) => ticket_id),
    [renamed],
  )
})
