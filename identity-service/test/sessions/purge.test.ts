import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { query, readToken } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { granted } from '../kit/sessions.ts'

const service = await startIdentityService()
after(() => service.close())

const ids = async (sql: string) => (await query<{ id: string }[]>(service, sql)).map(({ id }) => id)

test('what expired is deleted, with the margin of its kind, and nothing else is', async () => {
  const { access_token, user } = await granted(service.app)
  const sid = String(readToken(access_token).claims.sid)
  const kept = await granted(service.app)
  await query(service, 'UPDATE sessions SET expires_at = NOW(3) - INTERVAL 25 HOUR WHERE id = ?', [sid])
  const yesterday = String(readToken(kept.access_token).claims.sid)
  await query(service, 'UPDATE sessions SET expires_at = NOW(3) - INTERVAL 23 HOUR WHERE id = ?', [yesterday])
  for (const [name, ago] of [
    ['old', 1],
    ['new', -1],
  ] as const) {
    await query(
      service,
      "INSERT INTO one_time_tokens VALUES (?, 'test', ?, NULL, NOW(3), NOW(3) - INTERVAL ? MINUTE)",
      [name, user.id, ago],
    )
    await query(service, 'INSERT INTO guesses VALUES (?, 1, NULL, NOW(3) - INTERVAL ? MINUTE)', [name, ago])
  }
  for (const [n, expires] of [
    [1, 'NOW(3) - INTERVAL 61 MINUTE'],
    [2, 'NOW(3) - INTERVAL 59 MINUTE'],
    [3, 'NULL'],
  ] as const) {
    await query(
      service,
      `INSERT INTO feed_entries VALUES ('purged', '${n}', ${1_000_000 + n}, NULL, ${expires})`,
    )
  }

  const replica = await service.startReplica()
  try {
    const left = await pollUntil('the purge', async () => {
      const rows = await ids("SELECT entity_id AS id FROM feed_entries WHERE entity = 'purged' ORDER BY seq")
      return rows.length < 3 ? rows : undefined
    })
    assert.deepEqual(left, ['2', '3'])
    assert.deepEqual(await ids('SELECT id FROM sessions'), [yesterday])
    assert.deepEqual(await ids('SELECT session_id AS id FROM refresh_tokens'), [yesterday])
    assert.deepEqual(await ids('SELECT hash AS id FROM one_time_tokens'), ['new'])
    assert.deepEqual(await ids('SELECT id FROM guesses'), ['new'])
  } finally {
    await replica.close()
  }
})
