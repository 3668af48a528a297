import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { connect } from '@werk/shared/database/migration-connection'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { query, registered, tixgoLogin, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { workpulseLogin } from '../kit/sessions.ts'

const service = await startIdentityService()
after(() => service.close())

const openSessions = async (email: string) => {
  const [row] = await query<{ count: number }[]>(
    service,
    'SELECT COUNT(*) AS count FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = ? AND s.ended_at IS NULL',
    [email],
  )
  return row?.count
}

for (const [dialect, logIn] of [
  ['Werk', werkLogin],
  ['TixGo', tixgoLogin],
  ['WorkPulse', workpulseLogin],
] as const) {
  test(`a ${dialect} log-in that was under way when all sessions were ended opens none`, async () => {
    const { email, password } = await registered(service.app)
    // What a password change does, held up between its writing and its commit.
    const change = await connect(service.database.url)
    try {
      await change.beginTransaction()
      await change.query('UPDATE users SET session_epoch = session_epoch + 1 WHERE email = ?', [email])
      // An injected request begins when somebody waits for it.
      const answer = logIn(service.app, email, password).then((given) => given)
      await pollUntil('the log-in waits for the account', async () => {
        const rows = await query<unknown[]>(
          service,
          "SELECT 1 FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'UPDATE%last_login_at%'",
        )
        return rows.length > 0 || undefined
      })
      await change.commit()
      assertFailure(await answer, { status: 401, code: 'credentials.unauthenticated' })
    } finally {
      await change.end()
    }
    assert.equal(await openSessions(email), 1, "the registration's alone")
    assert.equal((await logIn(service.app, email, password)).statusCode, 200)
  })
}
