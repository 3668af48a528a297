import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { attendance, history, scan, setGuests, upload } from './gate.ts'

/** Text that has broken systems. */
const naughty = [
  'null',
  '0',
  '-1',
  '1e5',
  '007',
  '9007199254740993',
  'NaN',
  '[object Object]',
  '__proto__',
  'constructor',
  "'; DROP TABLE check_in_scans; --",
  '" OR ""="',
  '\\',
  "\\'",
  '%_%',
  '%00',
  '%2F',
  'a/b',
  'a//b',
  '/',
  '?limit=1',
  '#',
  'a;b',
  'a&b=c+d',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'guests',
  'batch',
  '\u0000',
  'a\u0000b',
  '\u0001\u0007\u001b[31m',
  'line\r\nbreak',
  ' leading and trailing ',
  '\ufeffBOM',
  'a\u200bb\u2060',
  'a\u202ereversed',
  'a\u2028\u2029b',
  '\ufffd\ufffe\uffff',
  '\u{10ffff}',
  'e\u0301',
  'ß ẞ İ ı',
  '田中さんにあげて下さい',
  'הָיְתָה مرحبا',
  '👩‍👩‍👧‍👦🏳️‍🌈🇩🇪',
]

describe('hostile text', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  it('as event, ticket, nonce and person comes back as it went in, from every route', async (t) => {
    for (const text of naughty) {
      const what = JSON.stringify(text)
      const person = bearer({ sub: text, role: 'admin' })
      const ticket = { event_id: text, ticket_id: text }
      assert.equal((await setGuests(s.app, text, [text], 'PUT', person)).statusCode, 200, what)
      const answer = await scan(s.app, { ...ticket, nonce: text }, '', person)
      assert.equal(answer.statusCode, 201, `${what} ${answer.body}`)
      const { record } = answer.json()
      assert.deepEqual(record, { ...ticket, checked_in_by: text, checked_in_at: record.checked_in_at })
      assert.deepEqual(
        (await scan(s.app, { ...ticket, nonce: text }, '', person)).json(),
        answer.json(),
        what,
      )
      assert.deepEqual((await scan(s.app, ticket, '', person)).json().data, record, what)

      const { event_id, records } = await attendance(s.app, text)
      assert.deepEqual([event_id, records.length], [text, 1], what)
      assert.deepEqual([records[0].ticket_id, records[0].checked_in_by], [text, text])
      const [recorded] = await history(s.app, text)
      assert.deepEqual([recorded?.ticket_id, recorded?.scanned_by, recorded?.nonce], [text, text, text])
      const url = `/events/${encodeURIComponent(text)}/guests?limit=1`
      const guests = await s.app.inject({ url, headers: person })
      assert.deepEqual(guests.json().data, [{ ticket_id: text }], what)
      const out = await scan(s.app, { ...ticket, nonce: `out ${text}` }, '/checkout', person)
      assert.equal(out.json().record.checked_out_by, text)
      const scanned_at = new Date().toISOString()
      const [again] = (await upload(s.app, [{ ...ticket, nonce: `in ${text}`, scanned_at }], person)).json()
        .results
      assert.deepEqual([again.event_id, again.ticket_id, again.nonce], [text, text, `in ${text}`])
      assert.equal(again.status, 'checked_in', what)
    }
    t.diagnostic(`${naughty.length} texts`)
  })

  it('a lone surrogate is 400', async () => {
    for (const field of ['event_id', 'ticket_id', 'nonce'])
      for (const escaped of ['\\ud800', 'a\\udc00'])
        assert.equal(
          (
            await s.app.inject({
              method: 'POST',
              url: '/checkins',
              headers: { ...bearer({ sub: 'x', role: 'admin' }), 'content-type': 'application/json' },
              payload: JSON.stringify({ event_id: 'e', ticket_id: 't', nonce: 'n' }).replace(
                new RegExp(`("${field}":")[^"]*`),
                `$1${escaped}`,
              ),
            })
          ).statusCode,
          400,
        )
  })
})
