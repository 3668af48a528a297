import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createSmtpMailer } from '@werk/shared/mail/smtp-mailer'
import { type Delivery, startMailServer } from '@werk/shared/test-kit/mail-server'
import { notificationMail } from '../../src/notifications/mails/notification-mail.ts'
import { notificationKinds } from '../../src/notifications/notification.ts'

const clef = '\u{1d11e}'
/** A title, and what of it the subject shows; the same where nothing is said. */
const titles: [string, string?][] = [
  ['plain'],
  ['Ünïcödé 統一 🔥 👩‍🚀'],
  ["'; DROP TABLE tickets; --"],
  ['<script>alert(1)</script> & "quotes" \\'],
  ['=?utf-8?B?aGk=?=', '= ?utf-8?B?aGk= ?='],
  ['{{7*7}} $'.concat('{x} %s %00 $(id)')],
  ['a, b <c@example.com>; d: e'],
  ['-----BEGIN PGP MESSAGE-----'],
  ['مرحبا'],
  ['.', '.'],
  ['a\r\nBcc: eve@example.com', 'a Bcc: eve@example.com'],
  ['a\nX-Evil: 1\n\nbody', 'a X-Evil: 1 body'],
  ['a\r\n.\r\nMAIL FROM:<x@example.com>', 'a . MAIL FROM:<x@example.com>'],
  ['a\u0000b\u0007c\u001b[31md', 'a b c [31md'],
  ['a\u2028b\u2029c\u0085d', 'a b c d'],
  ['invoice\u202egpj.exe', 'invoice gpj.exe'],
  ['\ud800 lone', '\ufffd lone'],
  [clef.repeat(120), `${clef.repeat(71)}…`],
  ['x'.repeat(255), `${'x'.repeat(142)}…`],
]

describe('hostile titles', () => {
  let server: Awaited<ReturnType<typeof startMailServer>>
  before(async () => {
    server = await startMailServer()
  })
  after(() => server.close())

  const send = async (title: string, kind = 'ticket.replied'): Promise<Delivery> => {
    const logger = { warn: () => {} }
    const mailer = createSmtpMailer({ url: server.url, from: 'desk@example.com', logger })
    const content = {
      kind,
      title,
      message: 'm',
      body: null,
      ticketId: 't',
      notificationId: 'n',
      createdAt: new Date(),
    }
    await mailer.send({ to: 'mara@example.com', ...notificationMail(content, 'example.com') })
    const mail = server.deliveries.pop()
    assert.ok(mail)
    return mail
  }
  /** The lines of the head, unfolded. */
  const headOf = ({ source }: Delivery) =>
    (source.split('\r\n\r\n')[0] ?? '').replaceAll(/\r\n[ \t]/g, ' ').split('\r\n')

  for (const [title, shown = title] of titles) {
    it(`reach the subject and nothing else: ${JSON.stringify(title).slice(0, 60)}`, async () => {
      const mail = await send(title)
      assert.deepEqual(mail.to, ['mara@example.com'])
      const names = headOf(mail)
        .map((line) => line.split(':')[0]?.toLowerCase())
        .sort()
      assert.deepEqual(
        names,
        ['auto-submitted', 'content-transfer-encoding', 'content-type', 'date', 'from', 'in-reply-to']
          .concat(['message-id', 'mime-version', 'references', 'subject', 'to'])
          .sort(),
      )
      const subject = headOf(mail)
        .find((line) => line.startsWith('Subject: '))
        ?.slice('Subject: '.length)
      assert.equal(decode(subject ?? ''), `Reply: ${shown}`)
    })
  }

  it('every kind has a subject of its own, and one of a later version has one too', async () => {
    const subjects: unknown[] = []
    for (const kind of [...notificationKinds, 'ticket.exploded'])
      subjects.push(headOf(await send('Fire', kind)).find((line) => line.startsWith('Subject: ')))
    assert.equal(new Set(subjects).size, notificationKinds.length + 1)
  })
})

/** Encoded words (RFC 2047) as a mail program shows them. */
function decode(header: string): string {
  const joined = header.replaceAll(/\?=\s+=\?/g, '?==?')
  const bytes: Buffer[] = []
  let rest = joined
  for (;;) {
    const word = /=\?utf-8\?([BQ])\?([^?]*)\?=/i.exec(rest)
    if (word === null) return Buffer.concat([...bytes, Buffer.from(rest)]).toString()
    bytes.push(Buffer.from(rest.slice(0, word.index)), wordOf(word[1] ?? '', word[2] ?? ''))
    rest = rest.slice(word.index + word[0].length)
  }
}

function wordOf(encoding: string, text: string): Buffer {
  if (encoding.toUpperCase() === 'B') return Buffer.from(text, 'base64')
  const plain = text.replaceAll('_', ' ')
  return Buffer.from(
    plain.replaceAll(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}
