import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { connect } from '@werk/shared/database/migration-connection'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import bcrypt from 'bcryptjs'
import { query, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const script = join(import.meta.dirname, '../../../scripts/import-users.ts')
const service = await startIdentityService()
const old = await createTestDatabase()
after(async () => {
  await service.close()
  await old.drop()
})

const password = 'from the older service'
const hash = (await bcrypt.hash(password, 4)).replace('$2b$', '$2y$')

/** The older service's table, word for word as contract 2 has it, with rows of its own. */
async function fill(rows: [number, string, string][]): Promise<void> {
  const connection = await connect(old.url)
  await connection.query(`DROP TABLE IF EXISTS users; CREATE TABLE users (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, last_name VARCHAR(100) NOT NULL,
    email VARCHAR(190) NOT NULL UNIQUE, password VARCHAR(255) NOT NULL,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)`)
  await connection.query("SET time_zone = '+00:00'")
  const values = rows.map(([id, email, stored]) => [
    id,
    'José',
    'Ñandú',
    email,
    stored,
    '2019-05-06 07:08:09',
  ])
  await connection.batch('INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)', values)
  await connection.end()
}

const run = async (...options: string[]) => {
  const env = { PATH: process.env.PATH, DATABASE_URL: service.database.url }
  const args = [script, '--from', old.url, ...options]
  const child = promisify(execFile)(process.execPath, args, { env })
  return child.catch((error: { code: number; stdout: string; stderr: string }) => error)
}

test('the older table is copied in batches, keeps its ids, and its people log in', async () => {
  const rows = Array.from({ length: 1250 }, (_, n): [number, string, string] => [
    5000 + n,
    `Old.${n}@example.com`,
    hash,
  ])
  await fill(rows)
  const { stdout } = await run()
  assert.match(stdout, /^imported 1250 \(0 under a new id\), skipped 0 .*left out 0 /)
  const login = await werkLogin(service.app, 'old.1249@example.com', password)
  assert.equal(login.statusCode, 200, login.body)
  assert.equal(login.json().name, 'José')
  const [last] = await query<{ id: number; created_at: Date }[]>(
    service,
    "SELECT id, created_at FROM users WHERE email = 'Old.1249@example.com'",
  )
  assert.deepEqual([last?.id, last?.created_at.toISOString()], [6249, '2019-05-06T07:08:09.000Z'])

  const again = await run()
  assert.match(again.stdout, /^imported 0 .*skipped 1250 /)
})

test('a bad row stops it before anything is written, unless it is to be left out', async () => {
  await fill([
    [5000, 'fresh.1@example.com', hash],
    [9001, 'fresh.2@example.com', 'plain text'],
  ])
  const refused = await run()
  assert.match(refused.stderr, /^id 9001, password: must be a bcrypt hash/)
  assert.equal('code' in refused && refused.code, 1)
  assert.deepEqual(await query(service, "SELECT id FROM users WHERE email LIKE 'fresh%'"), [])
  const { stdout } = await run('--skip-invalid')
  assert.match(stdout, /^imported 1 \(1 under a new id\), skipped 0 .*left out 1 /)
})

test('wrong arguments are said in a sentence', async () => {
  assert.match((await run('--tenant', '77')).stderr, /^there is no tenant 77$/m)
  assert.match((await run('--tenant', 'x')).stderr, /^usage: /)
})
