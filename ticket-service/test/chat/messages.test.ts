import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { v7 as uuidv7 } from 'uuid'
import { enrol, member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import {
  accept,
  close,
  dataOf,
  type Entry,
  entriesOf,
  opened,
  poll,
  say,
  setPresence,
  talking,
} from './chats.ts'

const mara = member(1)
const ada = member(10, 'agent')
const ben = member(11, 'agent')
const admin = member(12, 'admin')

describe('messages of a chat', () => {
  let s: TicketService
  let other: TicketService['app']
  before(async () => {
    s = await startTicketService()
    other = await s.startReplica()
    await enrol(s, [mara, ada, ben, admin])
    dataOf(await setPresence(s.app, ben))
  })
  after(() => s.close())

  it('go both ways, in one order on every replica', async () => {
    const { id } = await talking(s.app, mara, ada)
    const said: string[] = []
    for (let index = 0; index < 10; index += 1) {
      const [by, app] = index % 2 ? [ada, other] : [mara, s.app]
      said.push(dataOf<Entry>(await say(app, by, id, `message ${index}`), 201).id)
    }
    const entries = (await entriesOf(other, ada, id)).slice(2)
    assert.deepEqual(
      entries.map((entry) => entry.id),
      said,
    )
    assert.deepEqual(said, said.toSorted())
    assert.deepEqual(entries[0], {
      ...{ id: said[0], session_id: id, kind: 'message', from: 'requester', user_id: 1, author: 'user 1' },
      ...{ message: 'message 0', created_at: entries[0]?.created_at },
    })
    assert.deepEqual([entries[1]?.from, entries[1]?.user_id], ['agent', 10])
  })

  it('of many at once over two replicas are all there, each once', async () => {
    const { id } = await talking(s.app, mara, ada)
    const texts = Array.from({ length: 30 }, (_, index) => `at once ${index}`)
    const answers = await Promise.all(
      texts.map((text, index) => say(index % 2 ? s.app : other, index % 3 ? mara : ada, id, text)),
    )
    for (const answer of answers) dataOf(answer, 201)
    const entries = (await entriesOf(s.app, mara, id)).slice(2)
    assert.deepEqual(entries.map(({ message }) => message).toSorted(), texts.toSorted())
  })

  it('come after what was read, even where the clock of the replica that wrote before was ahead', async () => {
    const { id } = await talking(s.app, mara, ada)
    const ahead = uuidv7({ msecs: Date.now() + 3_600_000 })
    await sql(
      s.database,
      `UPDATE chat_messages SET id = '${ahead}' WHERE session_id = '${id}' AND kind = 'accepted'`,
    )
    await sql(s.database, `UPDATE chat_sessions SET last_message_id = '${ahead}' WHERE id = '${id}'`)
    const first = dataOf<Entry>(await say(s.app, mara, id, 'later'), 201)
    const second = dataOf<Entry>(await say(other, mara, id, 'and later'), 201)
    const news = dataOf<Entry[]>(await poll(s.app, ada, id, `&cursor=${ahead}`))
    assert.deepEqual(
      news.map((entry) => entry.id),
      [first.id, second.id],
    )
  })

  it('are listed page by page, both ways', async () => {
    const { id } = await talking(s.app, mara, ada)
    for (const text of ['a', 'b', 'c']) dataOf(await say(s.app, mara, id, text), 201)
    const page = async (query: string) => {
      const { data, meta } = (
        await s.app.inject({ url: `/chat/sessions/${id}/messages?${query}`, headers: ada.headers })
      ).json()
      return { texts: data.map(({ message }: Entry) => message), ...meta.pagination }
    }
    const first = await page('limit=3')
    assert.deepEqual(
      [first.texts, first.has_next, first.has_prev],
      [['The printer is on fire', '', 'a'], true, false],
    )
    const second = await page(`limit=3&cursor=${first.next_cursor}`)
    assert.deepEqual([second.texts, second.has_next, second.has_prev], [['b', 'c'], false, true])
    const back = await page(`limit=3&cursor=${encodeURIComponent(second.prev_cursor)}`)
    assert.deepEqual(back.texts, first.texts)
    const bad = await s.app.inject({ url: `/chat/sessions/${id}/messages`, headers: ada.headers })
    assertFailure(bad, { status: 400, fields: ['limit'] })
    for (const query of ['&wait=26', '&wait=-1', '&wait=x', '&cursor=x'])
      assertFailure(await poll(s.app, ada, id, query), { status: 400 })
  })

  it('come back as they went in, whatever they are', async () => {
    const { id } = await talking(s.app, mara, ada)
    const hostile = [
      ...[
        "'; DROP TABLE chat_messages; --",
        '<script>alert(1)</script>',
        '\\',
        '{{7*7}}',
        '%00',
        '__proto__',
      ],
      ...['\u0000', 'a\u0000b', '\u001b[31m', 'line\r\nbreak', ' blanks ', '\ufeffBOM', '\u202ereversed'],
      ...[
        '\u2028\u2029 x',
        '\ufffd\ufffe\uffff',
        '\u{10ffff}',
        'e\u0301 é',
        'ß ẞ İ ı',
        'הָיְתָה مرحبا',
        '👩‍👩‍👧‍👦🏳️‍🌈',
      ],
      ...['x'.repeat(10_000), '🖨'.repeat(10_000)],
    ]
    for (const text of hostile)
      assert.equal(dataOf<Entry>(await say(s.app, mara, id, text), 201).message, text)
    const kept = (await entriesOf(other, ada, id)).slice(2).map(({ message }) => message)
    assert.deepEqual(kept, hostile)
    for (const text of ['', ' \n', 'x'.repeat(10_001)])
      assertFailure(await say(s.app, mara, id, text), { status: 400, fields: ['message'] })
  })

  it('with a nonce are the same when they come again, on any replica and after the end', async () => {
    const { id } = await talking(s.app, mara, ada)
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => say(index % 2 ? s.app : other, mara, id, 'once', 'n')),
    )
    const [first] = answers.map((answer) => dataOf<Entry>(answer, 201))
    for (const answer of answers) assert.deepEqual(dataOf(answer, 201), first)
    dataOf(await close(s.app, ada, id))
    assert.deepEqual(dataOf(await say(other, mara, id, 'once', 'n'), 201), first)
    assertFailure(await say(other, mara, id, 'twice', 'n'), {
      status: 422,
      code: 'chat.mismatch',
      fields: ['nonce'],
    })
    const texts = (await entriesOf(s.app, mara, id)).map(({ message }) => message)
    assert.deepEqual(texts, ['The printer is on fire', '', 'once', ''])
  })

  it('a nonce is of one person in one chat; without one the same text is said twice', async () => {
    const [one, two] = [await talking(s.app, mara, ada), await talking(s.app, mara, ada)]
    const ids = new Set<string>()
    for (const id of [one.id, two.id])
      for (const by of [mara, ada]) ids.add(dataOf<Entry>(await say(s.app, by, id, 'same', 'same'), 201).id)
    for (const _ of [1, 2]) ids.add(dataOf<Entry>(await say(s.app, mara, one.id, 'same'), 201).id)
    assert.equal(ids.size, 6)
    for (const nonce of ['', 'x'.repeat(129)])
      assertFailure(await say(s.app, mara, one.id, 'same', nonce), { status: 400, fields: ['nonce'] })
  })

  it('are of the two who talk: all others may read at most', async () => {
    const { id } = await opened(s.app, mara)
    dataOf(await say(s.app, mara, id, 'anybody there?'), 201)
    for (const staff of [ada, admin])
      assertFailure(await say(s.app, staff, id, 'me'), { status: 403, code: 'chat.forbidden' })
    dataOf(await accept(s.app, ada, id))
    dataOf(await say(s.app, ada, id, 'me'), 201)
    assertFailure(await say(s.app, admin, id, 'and me'), { status: 403, code: 'chat.forbidden' })
    for (const nobody of [ben, member(2), member(1, 'user', 2)])
      assertFailure(await say(s.app, nobody, id, 'and me'), { status: 404, code: 'chat.not_found' })
    assert.equal((await entriesOf(s.app, admin, id)).length, 4)
  })

  it('end with the chat: 409, with the ticket that it became', async () => {
    const { id } = await talking(s.app, mara, ada)
    const { ticket_id } = dataOf<{ ticket_id: string }>(await close(s.app, ada, id, { to_ticket: true }))
    const { data } = assertFailure(await say(s.app, mara, id, 'wait'), { status: 409, code: 'chat.conflict' })
    assert.deepEqual(data, { status: 'ticket', ticket_id })
  })

  it('are a thousand at most', async () => {
    const { id } = await talking(s.app, mara, ada)
    await sql(s.database, `UPDATE chat_sessions SET message_count = 999 WHERE id = '${id}'`)
    dataOf(await say(s.app, mara, id, 'the last'), 201)
    assertFailure(await say(s.app, mara, id, 'one more'), { status: 409, code: 'chat.conflict' })
    dataOf(await close(s.app, ada, id, { to_ticket: true }))
  })
})
