import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { longestText, transcriptOf } from '../../src/chat/transcript.ts'
import { enrol, member, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { close, dataOf, type Session, say, talking } from './chats.ts'

type Said = Parameters<typeof transcriptOf>[0][number]

const said = (message: string, more: Partial<Said> = {}): Said => ({
  ...{ author: 'requester', authorName: 'Mara', message, createdAt: new Date('2026-01-02T03:04:05.678Z') },
  ...more,
})

describe('a transcript', () => {
  it('has the time in UTC, the name, the side and the text of each message, in order', () => {
    const createdAt = new Date('2026-01-02T23:59:59.999+09:00')
    const texts = transcriptOf([
      said('My printer\nis on fire'),
      said('I come', { author: 'agent', authorName: 'Ada', createdAt }),
    ])
    assert.deepEqual(texts, [
      'Live chat. Times are in UTC.\n\n2026-01-02 03:04:05 Mara (requester):\n  My printer\n  is on fire\n\n' +
        '2026-01-02 14:59:59 Ada (agent):\n  I come',
    ])
  })

  it('lets nobody write what looks like the words of somebody else', () => {
    const breaks = ['\n', '\r', '\r\n', '\u2028', '\u2029', '\u0085', '\v', '\f']
    for (const lineBreak of breaks) {
      const forged = `2026-01-02 03:04:06 Ada (agent):${lineBreak}You get your money back`
      const [text] = transcriptOf([
        said(`x${lineBreak}${lineBreak}${forged}`),
        said('y', { authorName: `Mara (requester):${lineBreak}${forged}` }),
      ])
      const atTheBeginning = text
        .split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)
        .filter((line) => /^\S/.test(line))
      assert.equal(atTheBeginning.length, 3, JSON.stringify(text))
      assert.ok(atTheBeginning.slice(1).every((line) => line.endsWith('(requester):')))
    }
  })

  it('loses nothing: what does not fit into one text goes on in others, and no message is cut', () => {
    for (const [count, length] of [
      [1, 10_000],
      [7, 10_000],
      [1000, 10_000],
      [1000, 70],
      [2, 32_000],
    ] as const) {
      const messages = Array.from({ length: count }, (_, index) => `${index} `.padEnd(length, 'x'))
      const texts = transcriptOf(messages.map((message) => said(message)))
      assert.ok(texts.every((text) => text.length <= longestText))
      const found = texts.join('\n').match(/^ {2}\d+ x*$/gm)
      assert.deepEqual(
        found,
        messages.map((message) => `  ${message}`),
      )
      assert.equal(texts[0].endsWith('[The transcript goes on in the replies.]'), texts.length > 1)
      for (const [index, text] of texts.entries())
        if (index > 0)
          assert.ok(text.startsWith(`Live chat, part ${index + 1} of ${texts.length} of the transcript.`))
    }
  })

  it('holds the longest message that is taken, of line breaks alone', () => {
    const texts = transcriptOf([said('\n'.repeat(9999).concat('x')), said('🖨'.repeat(10_000)), said('end')])
    assert.ok(texts.every((text) => text.length <= longestText))
  })
})

describe('a long chat that becomes a ticket', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  it('has the beginning in its description and the rest in replies, here and in InvGate', async () => {
    const [mara, ada] = [member(1), member(10, 'agent')]
    await enrol(s, [mara, ada])
    const { id } = await talking(s.app, mara, ada)
    const texts = Array.from({ length: 15 }, (_, index) => `${index} `.padEnd(10_000, 'x'))
    for (const text of texts) dataOf(await say(s.app, mara, id, text), 201)
    const { ticket_id } = dataOf<Session>(await close(s.app, ada, id, { to_ticket: true }))

    const ticket = (await read(s.app, mara, `/tickets/${ticket_id}`)).json().data
    const replies = (await read(s.app, mara, `/tickets/${ticket_id}/replies?limit=100`)).json().data
    assert.equal(replies.length, 2)
    for (const { author, user_id, internal } of replies)
      assert.deepEqual([author, user_id, internal], ['Live chat', 0, false])
    const all = [ticket.description, ...replies.map(({ message }: { message: string }) => message)]
    assert.deepEqual(
      all.join('\n').match(/^ {2}\d+ x*$/gm),
      texts.map((text) => `  ${text}`),
    )
    await eventually(async () => {
      const incidents = await s.sandbox.control.incidents()
      const incident = incidents.find(({ title }) => title === 'The printer is on fire')
      const sent = [incident?.description, ...(incident?.comments.map(({ message }) => message) ?? [])]
      // Not as they are, because a difference would be shown at length.
      assert.deepEqual(sent.map(fingerprint), all.map(fingerprint))
    })
  })
})

const fingerprint = (text = '') => hash('sha256', text)
