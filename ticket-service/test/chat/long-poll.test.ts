import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { enrol, type Member, member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import {
  accept,
  close,
  dataOf,
  type Entry,
  opened,
  poll,
  type Session,
  say,
  setPresence,
  talking,
} from './chats.ts'

const mara = member(1)
const ada = member(10, 'agent')
const ben = member(11, 'agent')

type App = TicketService['app']

/** How many requests wait for messages in a process. */
async function waitingIn(app: App): Promise<number> {
  const { body } = await app.inject('/metrics')
  return Number(/^chat_waiting_polls(?:{[^}]*})? (\d+)$/m.exec(body)?.[1])
}

const untilWaiting = (app: App, count: number) =>
  pollUntil(`${count} wait`, async () => (await waitingIn(app)) === count || undefined)

describe('a long poll', () => {
  let s: TicketService
  let other: App
  before(async () => {
    s = await startTicketService()
    other = await s.startReplica()
    await enrol(s, [mara, ada, ben])
  })
  after(() => s.close())

  const waitFor = (app: App, by: Member, { id, last_message_id }: Session, seconds = 20) =>
    poll(app, by, id, `&wait=${seconds}&cursor=${last_message_id}`)
  /** What a poll gave, and after how many milliseconds since `since`. */
  const woken = async (answer: ReturnType<typeof poll>, since: number) => {
    const entries = dataOf<Entry[]>(await answer)
    return { entries, ms: performance.now() - since }
  }

  it('answers at once where there is something after the cursor, and without wait', async () => {
    const session = await talking(s.app, mara, ada)
    const from = performance.now()
    assert.equal(dataOf<Entry[]>(await poll(s.app, mara, session.id, '&wait=25')).length, 2)
    assert.deepEqual(dataOf(await waitFor(s.app, mara, session, 0)), [])
    assert.equal(
      dataOf<Entry[]>(await poll(s.app, mara, session.id, `&wait=25&cursor=before:${session.id}`)).length,
      0,
    )
    assert.ok(performance.now() - from < 5000)
  })

  it('waits for a message, and is woken by one of this replica at once', async () => {
    const session = await talking(s.app, mara, ada)
    const answer = waitFor(s.app, mara, session)
    await untilWaiting(s.app, 1)
    const since = performance.now()
    const said = dataOf<Entry>(await say(s.app, ada, session.id, 'Hello'), 201)
    const { entries, ms } = await woken(answer, since)
    assert.deepEqual(entries, [said])
    assert.ok(ms < 400, `${ms} ms`)
    assert.equal(await waitingIn(s.app), 0)
  })

  it('is woken by a message of another replica, within about a second', async (t) => {
    const session = await talking(s.app, mara, ada)
    let slowest = 0
    let last = session
    for (let round = 0; round < 5; round += 1) {
      const answer = waitFor(other, mara, last)
      await untilWaiting(other, 1)
      const since = performance.now()
      const said = dataOf<Entry>(await say(s.app, ada, session.id, `Hello ${round}`), 201)
      const { entries, ms } = await woken(answer, since)
      assert.deepEqual(entries, [said])
      slowest = Math.max(slowest, ms)
      last = { ...session, last_message_id: said.id }
    }
    t.diagnostic(`slowest of 5: ${Math.round(slowest)} ms`)
    assert.ok(slowest < 1500, `${slowest} ms`)
  })

  it('is woken by what becomes of the chat: accepted, and closed or made a ticket', async () => {
    dataOf(await setPresence(s.app, ada))
    let session = await opened(s.app, mara)
    const steps = [
      ['accepted', () => accept(s.app, ada, session.id)],
      ['ticket', () => close(s.app, ada, session.id, { to_ticket: true })],
    ] as const
    for (const [kind, step] of steps) {
      const answer = waitFor(other, mara, session)
      await untilWaiting(other, 1)
      session = dataOf<Session>(await step())
      const [entry] = dataOf<Entry[]>(await answer)
      assert.deepEqual([entry?.kind, entry?.id], [kind, session.last_message_id])
    }
  })

  it('of a chat that is over waits for nothing', async () => {
    const { id } = await talking(s.app, mara, ada)
    const session = dataOf<Session>(await close(s.app, mara, id))
    const from = performance.now()
    assert.deepEqual(dataOf(await waitFor(s.app, mara, session)), [])
    assert.ok(performance.now() - from < 5000)
  })

  it('is not woken by another chat, and is empty when its time is over', async () => {
    const [one, two] = [await talking(s.app, mara, ada), await talking(s.app, mara, ada)]
    const from = performance.now()
    const answer = waitFor(s.app, mara, one, 1)
    await untilWaiting(s.app, 1)
    dataOf(await say(s.app, ada, two.id, 'Hello'), 201)
    assert.deepEqual(dataOf(await answer), [])
    assert.ok(performance.now() - from >= 990)
  })

  it('of who has lost the chat meanwhile shows nothing of it any more', async () => {
    const session = await talking(s.app, mara, ada)
    dataOf(await setPresence(s.app, ben, 'away'))
    const answer = waitFor(other, ada, session)
    await untilWaiting(other, 1)
    await sql(s.database, `UPDATE chat_sessions SET agent_id = 11 WHERE id = '${session.id}'`)
    dataOf(await say(s.app, ben, session.id, 'between us'), 201)
    assertFailure(await answer, { status: 404, code: 'chat.not_found' })
  })

  it('finds a place among so many in a process; the next one is told to come back, and to read is always possible', async () => {
    const small = await s.startReplica({ CHAT_MAX_POLLS: 3 })
    const session = await talking(s.app, mara, ada)
    const waiting = [
      waitFor(small, mara, session),
      waitFor(small, mara, session),
      waitFor(small, ada, session),
    ]
    await untilWaiting(small, 3)
    const refused = await waitFor(small, mara, session)
    assertFailure(refused, { status: 503, code: 'chat.unavailable' })
    assert.equal(refused.headers['retry-after'], '2')
    assert.deepEqual(dataOf(await waitFor(small, mara, session, 0)), [])
    dataOf(await say(small, ada, session.id, 'Hello'), 201)
    for (const answer of waiting) assert.equal(dataOf<Entry[]>(await answer).length, 1)
    assert.equal(await waitingIn(small), 0)
    await small.close()
  })

  it('of one person takes up 30 places at most', async () => {
    const session = await talking(s.app, mara, ada)
    const waiting = Array.from({ length: 30 }, () => waitFor(s.app, mara, session))
    await untilWaiting(s.app, 30)
    assertFailure(await waitFor(s.app, mara, session), { status: 429, code: 'chat.rate_limited' })
    waiting.push(waitFor(s.app, ada, session))
    await untilWaiting(s.app, 31)
    dataOf(await say(s.app, mara, session.id, 'Hello'), 201)
    for (const answer of waiting) assert.equal(dataOf<Entry[]>(await answer).length, 1)
  })

  it('holds no connection to the database while it waits', async () => {
    const session = await talking(s.app, mara, ada)
    // The pool of these tests has five.
    const waiting = Array.from({ length: 20 }, () => waitFor(s.app, mara, session))
    await untilWaiting(s.app, 20)
    dataOf(await say(s.app, ada, session.id, 'Hello'), 201)
    for (const answer of waiting) assert.equal(dataOf<Entry[]>(await answer).length, 1)
  })

  it('gives its place back when its client goes away', async () => {
    const replica = await s.startReplica()
    const url = await replica.listen({ port: 0, host: '127.0.0.1' })
    const { id, last_message_id } = await talking(s.app, mara, ada)
    const gone = new AbortController()
    const path = `/chat/sessions/${id}/messages?limit=100&wait=25&cursor=${last_message_id}`
    const answer = fetch(`${url}${path}`, { headers: mara.headers, signal: gone.signal })
    await untilWaiting(replica, 1)
    gone.abort()
    await assert.rejects(answer, { name: 'AbortError' })
    await untilWaiting(replica, 0)
    await replica.close()
  })

  it('is answered when the service shuts down, which therefore waits for none', async () => {
    const replica = await s.startReplica()
    const url = await replica.listen({ port: 0, host: '127.0.0.1' })
    const { id, last_message_id } = await talking(s.app, mara, ada)
    const path = `/chat/sessions/${id}/messages?limit=100&wait=25&cursor=${last_message_id}`
    const polls = Array.from({ length: 10 }, () => fetch(`${url}${path}`, { headers: mara.headers }))
    await untilWaiting(replica, 10)
    const from = performance.now()
    const closed = replica.close()
    for (const answer of await Promise.all(polls)) {
      assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close'])
      assert.match(await answer.text(), /"data":\[\]/)
    }
    await closed
    assert.ok(performance.now() - from < 5000)
    if (replica.server.listening) await once(replica.server, 'close')
  })

  it('goes on waiting while nobody can tell whether there is news, and learns of it afterwards', async () => {
    const session = await talking(s.app, mara, ada)
    const answer = waitFor(other, mara, session)
    await untilWaiting(other, 1)
    await sql(s.database, 'RENAME TABLE chat_sessions TO hidden')
    const warned = 'nobody can tell at present whether chats have news'
    await pollUntil('it is logged', () => s.logLines.some((line) => line.includes(warned)) || undefined)
    await sql(s.database, 'RENAME TABLE hidden TO chat_sessions')
    assert.equal(await waitingIn(other), 1)
    const said = dataOf<Entry>(await say(s.app, ada, session.id, 'Hello'), 201)
    assert.deepEqual(dataOf(await answer), [said])
  })
})
