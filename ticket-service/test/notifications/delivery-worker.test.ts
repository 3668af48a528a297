import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '@werk/shared/test-kit/database'
import { backOffMs, mostAttempts } from '../../src/notifications/back-off.ts'
import { createMailDeliveries } from '../../src/notifications/mail-deliveries.repository.ts'
import { createNotificationsRepository } from '../../src/notifications/notifications.repository.ts'
import { sql } from '../kit/sql.ts'
import { addPeople, createTell, eventOf, person, reply, ticketOf } from './tell.ts'

const serviceFolder = join(import.meta.dirname, '../..')
const dayMs = 24 * 60 * 60 * 1000

test('attempts come later and later, for about a day, and not all at the same moment', () => {
  const delays = Array.from({ length: mostAttempts - 1 }, (_, i) => backOffMs(i + 1, null, () => 0.5) ?? 0)
  for (const [i, delay] of delays.entries())
    assert.ok(i === 0 || delay >= (delays[i - 1] ?? 0), String(delay))
  const sum = delays.reduce((all, delay) => all + delay, 0)
  assert.ok(sum > 0.9 * dayMs && sum < 1.1 * dayMs, String(sum))
  assert.equal(backOffMs(mostAttempts, null), null)
  assert.ok((backOffMs(1, null, () => 0) ?? 0) < (backOffMs(1, null, () => 1) ?? 0))
})

test('what the other side asks for is heard, up to an hour, and never hastens', () => {
  assert.equal(backOffMs(1, 60_000), 60_000)
  assert.equal(backOffMs(1, 10 * dayMs), 3_600_000)
  assert.ok((backOffMs(6, 1) ?? 0) > 3_000_000)
})

describe('deliveries that are written down', () => {
  let database: TestDatabase
  let t: ReturnType<typeof createTell>
  before(async () => {
    database = await createTestDatabase(serviceFolder)
    t = createTell(database, { byMail: true })
    await addPeople(database, [{ id: 1 }])
  })
  after(async () => {
    await t.end()
    await database.drop()
  })
  const replied = () =>
    t.tell(
      eventOf('ticket.replied', ticketOf({ userId: 1, creatorKey: 'p1@example.com' }), person(2), reply('x')),
    )
  const over = { state: 'delivered', reason: null, delayMs: 0, status: null, durationMs: 1 } as const

  it('are taken over from a worker that died, which can then end them no more', async () => {
    const store = createMailDeliveries(t.pool)
    await replied()
    const [first, ...rest] = await store.claimDue(10, [])
    assert.ok(first)
    assert.deepEqual([first.attempts, rest], [1, []])
    assert.deepEqual(await store.claimDue(10, []), [])
    await t.release()
    const [second] = await store.claimDue(10, [])
    assert.ok(second)
    assert.deepEqual([second.id, second.attempts], [first.id, 2])
    await store.settle(first, over)
    const state = async () => (await sql(database, 'SELECT state FROM notification_deliveries'))[0]?.state
    assert.equal(await state(), 'pending')
    await store.settle(second, over)
    assert.equal(await state(), 'delivered')
    assert.deepEqual(await store.claimDue(10, []), [])
  })

  it('leave the log when they are old', async () => {
    const store = createMailDeliveries(t.pool)
    assert.equal(await store.purge(new Date(Date.now() - dayMs), 10), 0)
    assert.equal(await store.purge(new Date(Date.now() + dayMs), 10), 1)
    assert.deepEqual(await sql(database, 'SELECT id FROM notification_deliveries'), [])
  })

  it('notifications go some time after they were read, and unread ones long after they were made', async () => {
    const notifications = createNotificationsRepository(t.pool)
    await sql(database, 'DELETE FROM notifications')
    for (let i = 0; i < 3; i += 1) await replied()
    const me = { tenantId: 1, userId: 1 }
    const [newest, middle] = await notifications.list(me, { unreadOnly: false, before: null, limit: 9 })
    assert.ok(newest && middle)
    const now = Date.now()
    await notifications.markRead(me, newest.id, new Date(now - 91 * dayMs))
    await notifications.markRead(me, middle.id, new Date(now - 89 * dayMs))
    const purge = (madeBefore: number) =>
      notifications.purge(new Date(now - 90 * dayMs), new Date(madeBefore), 10)
    assert.equal(await purge(now - dayMs), 1)
    assert.equal(await purge(now - dayMs), 0)
    const left = await notifications.list(me, { unreadOnly: false, before: null, limit: 9 })
    assert.equal(left.length, 2)
    assert.ok(left.every(({ id }) => id !== newest.id))
    assert.equal(await purge(now + dayMs), 2)
  })

  it('are purged some at a time', async () => {
    const notifications = createNotificationsRepository(t.pool)
    for (let i = 0; i < 3; i += 1) await replied()
    const purge = () => notifications.purge(new Date(), new Date(Date.now() + dayMs), 2)
    assert.deepEqual([await purge(), await purge(), await purge()], [2, 1, 0])
  })
})
