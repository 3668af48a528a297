import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createPool } from '@werk/shared/database/pool'
import type { FeedEntry } from '@werk/shared/directory/feed'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import { createDirectoryModel } from '../../src/directory/directory-model.repository.ts'
import { endedSession, gone, keyEntry, teamEntry, tenantEntry, userEntry } from '../kit/directory.ts'

const origin = 'a'.repeat(64)
const [one, two] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']

async function startModel(t: TestContext) {
  const database = await createTestDatabase(join(import.meta.dirname, '../..'))
  const pool = createPool({
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: 5,
    DATABASE_ACQUIRE_TIMEOUT_MS: 5000,
    DATABASE_STATEMENT_TIMEOUT_MS: 10_000,
  })
  t.after(async () => {
    await pool.end()
    await database.drop()
  })
  const model = createDirectoryModel(pool)
  await model.replace({ origin, cursor: 0, entries: [] }, null)
  const apply = (after: number, cursor: number, entries: FeedEntry[]) =>
    model.apply(after, { origin, cursor, entries })
  return { model, apply, rows: (sql: string) => pool.query<object[]>(sql) }
}

test('what was applied is what a restart knows', async (t) => {
  const { model, apply } = await startModel(t)
  const hash = 'f'.repeat(64)
  await apply(0, 8, [
    tenantEntry(1, { id: 1, domains: ['a.example.com'] }),
    tenantEntry(2, { id: 2, active: false, domains: [] }),
    userEntry(3, { id: 7, email: null, username: 'Grace', active: false }),
    userEntry(4, { id: 8, role: 'agent', invgate_id: 101 }),
    gone(5, 'user', 9),
    gone(6, 'tenant', 3),
    endedSession(7, one),
    keyEntry(8, { id: 5, hash, user_id: 8, scopes: ['tickets:read', 'tickets:write'] }),
  ])
  const { position, known } = await model.load()
  assert.deepEqual(position, { origin, cursor: 8 })
  assert.deepEqual(known.endedSessions, [{ id: one, expiresAt: new Date('2999-01-01') }])
  assert.deepEqual(known.deactivated, [
    { userId: 7, names: ['grace'] },
    { userId: 9, names: [] },
  ])
  assert.deepEqual(known.inactiveTenants, [2, 3])
  assert.deepEqual(known.domains, [{ domain: 'a.example.com', tenantId: 1 }])
  const scopes = ['tickets:read', 'tickets:write']
  assert.deepEqual(known.keys, [{ id: 5, hash, userId: 8, scopes, expiresAt: new Date('2999-01-01') }])
  const [owner] = known.keyOwners
  assert.deepEqual([owner?.userId, owner?.principal.role, owner?.principal.invgateId], [8, 'agent', 101])
  await model.forgetSessions(new Date('3000-01-01'))
  assert.deepEqual((await model.load()).known.endedSessions, [])
})

test('a replica that is late neither moves the cursor back nor undoes what another wrote', async (t) => {
  const { model, apply } = await startModel(t)
  assert.equal(await apply(0, 5, [userEntry(5, { id: 7, active: false })]), 5)
  assert.equal(await apply(0, 3, [userEntry(3, { id: 7, active: true })]), 3, 'it goes on from its own place')
  const { position, known } = await model.load()
  assert.equal(position.cursor, 5)
  assert.deepEqual(
    known.deactivated.map(({ userId }) => userId),
    [7],
  )
})

test('many replicas that apply the same pages at once end with one directory', async (t) => {
  const { model, rows } = await startModel(t)
  const replica = async () => {
    for (let seq = 1; seq <= 20; seq += 1) {
      const entries = [userEntry(seq, { id: 7, name: `n${seq}` }), teamEntry(seq, { id: 1, name: `t${seq}` })]
      await model.apply(seq - 1, { origin, cursor: seq, entries })
    }
  }
  await Promise.all([replica(), replica(), replica()])
  assert.equal((await model.load()).position.cursor, 20)
  assert.deepEqual(await rows('SELECT id, name FROM directory_users'), [{ id: 7, name: 'n20' }])
  assert.deepEqual(await rows('SELECT id, tenant_id, name FROM directory_teams'), [
    { id: 1, tenant_id: 1, name: 't20' },
  ])
})

test('a database that was restored from an older state is read on from there', async (t) => {
  const { model, apply } = await startModel(t)
  await apply(0, 5, [endedSession(5, one)])
  assert.equal(await apply(9, 10, [endedSession(10, two)]), 5, 'what came between is missing')
  assert.equal((await model.load()).position.cursor, 5)
})

test('another feed replaces all but the ended sessions, once, and its pages go nowhere before that', async (t) => {
  const { model, apply } = await startModel(t)
  await apply(0, 9, [endedSession(1, one), userEntry(2, { id: 7 }), tenantEntry(3, { id: 3, active: false })])
  const other = {
    origin: 'b'.repeat(64),
    cursor: 2,
    entries: [userEntry(1, { id: 8 }), endedSession(2, two)],
  }
  assert.equal(await model.apply(0, other), null)
  await model.replace(other, origin)
  await model.apply(2, { ...other, cursor: 4, entries: [userEntry(4, { id: 9 })] })
  await model.replace(other, origin)
  const { position, known } = await model.load()
  assert.deepEqual(
    position,
    { origin: other.origin, cursor: 4 },
    'the second replica came too late to replace',
  )
  assert.deepEqual(known.inactiveTenants, [])
  assert.deepEqual(known.endedSessions.map(({ id }) => id).sort(), [one, two])

  await model.replace({ ...other, cursor: 1, entries: [] }, other.origin)
  assert.equal((await model.load()).position.cursor, 1, 'the same feed, restored from an older state')
})

test('accounts are kept with all that the feed tells of them, and a team that is gone leaves no members', async (t) => {
  const { apply, rows } = await startModel(t)
  await apply(0, 9, [
    userEntry(1, { id: 1, name: 'Ada', lastname: 'Lovelace', email: 'Ada@Example.com', role: 'agent' }),
    userEntry(2, {
      id: 2,
      name: 'Grace',
      lastname: 'Hopper',
      email: null,
      username: 'grace_h',
      tenant_id: 2,
    }),
    teamEntry(3, {
      id: 1,
      name: 'Desk',
      members: [1, 2].map((user_id) => ({ user_id, lead: user_id === 2 })),
    }),
  ])
  assert.deepEqual(
    await rows(
      'SELECT id, tenant_id, name, last_name, email, username, login_key, role, active FROM directory_users ORDER BY id',
    ),
    [
      {
        ...{
          id: 1,
          tenant_id: 1,
          name: 'Ada',
          last_name: 'Lovelace',
          email: 'Ada@Example.com',
          username: null,
        },
        ...{ login_key: 'ada@example.com', role: 'agent', active: 1 },
      },
      {
        ...{ id: 2, tenant_id: 2, name: 'Grace', last_name: 'Hopper', email: null, username: 'grace_h' },
        ...{ login_key: 'grace_h', role: 'user', active: 1 },
      },
    ],
  )
  const members = () => rows('SELECT team_id, user_id, `lead` FROM directory_team_members ORDER BY user_id')
  assert.deepEqual(await members(), [
    { team_id: 1, user_id: 1, lead: 0 },
    { team_id: 1, user_id: 2, lead: 1 },
  ])
  await apply(9, 10, [gone(10, 'team', 1)])
  assert.deepEqual(await members(), [])
  assert.deepEqual(await rows('SELECT id FROM directory_teams'), [])
})
