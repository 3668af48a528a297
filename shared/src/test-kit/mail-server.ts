import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type Delivery = { to: string[]; source: string }

/** A real SMTP server. `port` puts it where an earlier one was. */
export async function startMailServer(port = 0, refuse: (address: string) => boolean = () => false) {
  const deliveries: Delivery[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      if (!refuse(address)) return done()
      return done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
    },
    onData(stream, { envelope }, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        deliveries.push({
          to: envelope.rcptTo.map(({ address }) => address),
          source: Buffer.concat(parts).toString(),
        })
        done()
      })
    },
  })
  const listening = server.listen(port, '127.0.0.1')
  await new Promise<void>((resolve, reject) => listening.once('listening', resolve).once('error', reject))
  const bound = (listening.address() as AddressInfo).port
  return {
    deliveries,
    port: bound,
    url: `smtp://127.0.0.1:${bound}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** The text of a mail as a mail program shows it. */
export function textOf(source: string): string {
  const [head = '', body = ''] = source.split(/\r?\n\r?\n(.*)/s)
  if (/^content-transfer-encoding: quoted-printable/im.test(head))
    return Buffer.from(
      body
        .replaceAll(/=\r?\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString()
  return body
}
