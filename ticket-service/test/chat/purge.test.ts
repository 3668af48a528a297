import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPool } from '@werk/shared/database/pool'
import { createChatSessionsRepository } from '../../src/chat/sessions.repository.ts'
import { enrol, member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'
import { close, dataOf, getSession, opened, setPresence, talking, ticketsOf } from './chats.ts'

test('chats are removed with all that was said once they are over for long, and no others; tickets stay', async (t) => {
  const s = await startTicketService()
  t.after(() => s.close())
  const pool = createPool(s.config)
  t.after(() => pool.end())
  const sessions = createChatSessionsRepository(pool, { waitSeconds: 120 })
  const [mara, ada] = [member(1), member(10, 'agent')]
  await enrol(s, [mara, ada])

  const old = [await opened(s.app, mara), await talking(s.app, mara, ada)]
  dataOf(await close(s.app, ada, old[1]?.id ?? ''))
  const ofYesterday = await talking(s.app, mara, ada)
  dataOf(await close(s.app, ada, ofYesterday.id))
  const live = [await talking(s.app, mara, ada), await opened(s.app, mara)]
  dataOf(await setPresence(s.app, ada))
  await sql(
    s.database,
    `UPDATE chat_sessions SET ended_at = '2001-01-01' WHERE id IN ('${old[0]?.id}', '${old[1]?.id}')`,
  )
  await sql(s.database, "UPDATE chat_sessions SET created_at = '2001-01-01'")

  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000)
  assert.equal(await sessions.purge(yesterday, 1), 1)
  assert.equal(await sessions.purge(yesterday, 100), 1)
  assert.equal(await sessions.purge(yesterday, 100), 0)

  for (const { id } of old) assert.equal((await getSession(s.app, mara, id)).statusCode, 404)
  for (const { id } of [ofYesterday, ...live])
    assert.equal((await getSession(s.app, mara, id)).statusCode, 200)
  const rows = await sql(s.database, 'SELECT DISTINCT session_id AS id FROM chat_messages ORDER BY id')
  assert.deepEqual(
    rows.map(({ id }) => id),
    [ofYesterday, ...live].map(({ id }) => id).toSorted(),
  )
  assert.equal((await ticketsOf(s, mara)).length, 1)
})
