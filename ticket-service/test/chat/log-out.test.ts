import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { FeedEntry } from '@werk/shared/directory/feed'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { member } from '../kit/desk.ts'
import { endedSession, userEntry } from '../kit/directory.ts'
import { startTicketService } from '../kit/ticket-service.ts'
import { dataOf, getSession, opened, poll, say, setPresence } from './chats.ts'

/** The identity-service's feed, as far as it got. */
async function startFeed(entries: FeedEntry[]) {
  const server = createServer((request, response) => {
    const after = Number(new URL(request.url ?? '', 'http://feed').searchParams.get('after'))
    const page = entries.filter(({ seq }) => seq > after)
    const answer = { origin: 'a', cursor: entries.at(-1)?.seq ?? 0, has_more: false, entries: page }
    setTimeout(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)), 20)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

test('who logs out while a poll of theirs waits is not shown what is said afterwards', async (t) => {
  const sid = 'a2f9c0de-0000-4000-8000-000000000001'
  const ada = member(10, 'agent')
  const mara = member(1)
  mara.headers = bearer({ sub: mara.sub, uid: 1, email: mara.sub, role: 'user', tenant_id: 1, sid })
  const entries = [
    userEntry(1, { id: 1, email: mara.sub }),
    userEntry(2, { id: 10, email: ada.sub, role: 'agent' }),
  ]
  const feed = await startFeed(entries)
  t.after(() => feed.close())
  const s = await startTicketService({
    IDENTITY_URL: feed.url,
    INTERNAL_SECRET: 'a secret between services, of 32 bytes or more',
  })
  t.after(() => s.close())

  await pollUntil('ada is known', async () => (await setPresence(s.app, ada)).statusCode === 200 || undefined)
  const session = await opened(s.app, mara)
  const answer = poll(s.app, mara, session.id, `&wait=25&cursor=${session.last_message_id}`)
  await pollUntil(
    'it waits',
    async () =>
      (await s.app.inject('/metrics')).body.includes('chat_waiting_polls{service="ticket-service"} 1') ||
      undefined,
  )

  entries.push(endedSession(3, sid))
  await pollUntil(
    'the end is known',
    async () => (await getSession(s.app, mara, session.id)).statusCode === 401 || undefined,
  )
  const elsewhere = member(1)
  dataOf(await say(s.app, elsewhere, session.id, 'said after the log-out'), 201)
  const failure = assertFailure(await answer, { status: 401, error: 'invalid token' })
  assert.equal(JSON.stringify(failure).includes('said after'), false)
})
