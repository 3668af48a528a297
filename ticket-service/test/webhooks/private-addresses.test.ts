import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { createGuardedLookup } from '../../src/webhooks/guarded-lookup.ts'
import { createPostMessage } from '../../src/webhooks/post-message.ts'
import { isPublicAddress } from '../../src/webhooks/public-address.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'
import { admin, createClient, path, startService } from './hooks.ts'
import { type Receiver, startReceiver } from './receiver.ts'

/** All of them lead, one way or another, to where a receiver of the inside listens, or to another place of the inside. */
const hostile = [
  'http://127.0.0.1:PORT/',
  'http://127.1:PORT/',
  'http://127.0.1:PORT/',
  'http://127.255.255.254:PORT/',
  'http://2130706433:PORT/',
  'http://0x7f000001:PORT/',
  'http://0x7f.0.0.1:PORT/',
  'http://017700000001:PORT/',
  'http://0177.0.0.0x1:PORT/',
  'http://127.0.0.1.:PORT/',
  'http://１２７.０.０.１:PORT/',
  'http://127。0。0。1:PORT/',
  'http://%31%32%37.0.0.1:PORT/',
  'http://0.0.0.0:PORT/',
  'http://0:PORT/',
  'http://[::1]:PORT/',
  'http://[0:0:0:0:0:0:0:1]:PORT/',
  'http://[::]:PORT/',
  'http://[::ffff:127.0.0.1]:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  'http://[::127.0.0.1]:PORT/',
  'http://[64:ff9b::7f00:1]:PORT/',
  'http://[2002:7f00:1::]:PORT/',
  'http://[fe80::1]:PORT/',
  'http://[fc00::1]:PORT/',
  'http://[ff02::1]:PORT/',
  'http://10.0.0.1:PORT/',
  'http://172.16.0.1:PORT/',
  'http://192.168.0.1:PORT/',
  'http://169.254.169.254/latest/meta-data/',
  'http://100.64.0.1:PORT/',
  'http://198.18.0.1:PORT/',
  'http://224.0.0.1:PORT/',
  'http://255.255.255.255:PORT/',
  'http://localhost:PORT/',
  'http://LOCALHOST:PORT/',
  'http://localhost.:PORT/',
  'http://a.localhost:PORT/',
  'http://public.example.com@127.0.0.1:PORT/',
  'http://127.0.0.1:PORT\\@public.example.com/',
  'http:\\\\127.0.0.1:PORT\\',
  'http:127.0.0.1:PORT/',
  ' http://127.0.0.1:PORT/',
  'http://12\t7.0.0.1:PORT/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:PORT/_POST',
  'ftp://127.0.0.1:PORT/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'unix:/var/run/docker.sock',
  '//127.0.0.1:PORT/',
  'not a url',
]

describe('webhooks that would lead inside', () => {
  let s: TicketService
  let inside: Receiver[]
  let client: ReturnType<typeof createClient>
  before(async () => {
    const first = await startReceiver()
    inside = [first, await startReceiver('::1', first.port)]
    s = await startService({ WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'false' })
    client = createClient(s)
  })
  after(async () => {
    await s.close()
    await Promise.all(inside.map((receiver) => receiver.close()))
  })
  const urlOf = (text: string) => text.replaceAll('PORT', String(inside[0]?.port))
  const knocks = () => inside.reduce((sum, { received }) => sum + received.length, 0)

  it(`are refused when they are added: ${hostile.length} spellings`, async () => {
    for (const text of hostile) {
      const answer = await client.ask(path, { method: 'POST', payload: { url: urlOf(text) } })
      assertFailure(answer, { status: 400, code: 'webhook.invalid', fields: ['url'] })
    }
    const { id } = await client.add('https://hooks.example.com/')
    for (const text of hostile) {
      const answer = await client.ask(`${path}/${id}`, { method: 'PATCH', payload: { url: urlOf(text) } })
      assertFailure(answer, { status: 400, code: 'webhook.invalid', fields: ['url'] })
    }
  })

  it(`are not called even where they are in the database already: ${hostile.length} spellings`, async () => {
    const { id } = await client.add('https://hooks.example.com/')
    for (const text of hostile) {
      const url = urlOf(text).replaceAll('\\', '\\\\')
      await sql(s.database, `UPDATE webhooks SET url = '${url}' WHERE id = '${id}'`)
      const { data } = (await client.ask(`${path}/${id}/test`, { method: 'POST', headers: admin })).json()
      assert.equal(data.status, 'failed', text)
      assert.match(data.error, /^the address (must|is not allowed)/, text)
    }
    assert.equal(knocks(), 0)
  })

  it('a name that leads inside is refused when it is called, without a byte sent', async () => {
    const names = ['localhost', 'ip6-localhost', 'ip6-loopback']
    const known = await Promise.all(
      names.map((name) =>
        lookup(name).then(
          () => name,
          () => null,
        ),
      ),
    )
    const post = createPostMessage({ allowPrivateAddresses: false })
    for (const name of known.filter((name) => name !== null))
      await assert.rejects(post(urlOf(`http://${name}:PORT/`), { headers: {}, body: 'x' }), {
        name: 'AddressRefused',
      })
    assert.equal(knocks(), 0)
  })

  /** Stands in for a name server, which a test cannot have. */
  const answering = (answers: LookupAddress[][], isAllowed?: (address: string) => boolean) => {
    const asked: string[] = []
    const lookup = createGuardedLookup((hostname, _options, done) => {
      asked.push(hostname)
      done(null, answers[Math.min(asked.length, answers.length) - 1] ?? [])
    }, isAllowed)
    return { asked, post: createPostMessage({ allowPrivateAddresses: false, timeoutMs: 1000, lookup }) }
  }
  const at = (...addresses: string[]) =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

  it('a name with one address of the inside among others is refused', async () => {
    for (const addresses of [
      at('127.0.0.1'),
      at('::1'),
      at('::ffff:127.0.0.1'),
      at('93.184.215.14', '127.0.0.1'),
      at('2606:4700::1111', 'fd00::1'),
      at('169.254.169.254'),
      [],
    ]) {
      const { post } = answering([addresses])
      const sent = post(urlOf('http://hooks.example.com:PORT/'), { headers: {}, body: 'x' })
      await assert.rejects(sent, { name: 'AddressRefused' }, JSON.stringify(addresses))
    }
    assert.equal(knocks(), 0)
  })

  it('a name is looked up once, and the connection goes to just what was looked at', async () => {
    const { post, asked } = answering([at('127.0.0.1'), at('::1')], (address) => address === '127.0.0.1')
    const { status } = await post(urlOf('http://rebind.example.com:PORT/'), { headers: {}, body: 'x' })
    assert.equal(status, 204)
    assert.deepEqual(asked, ['rebind.example.com'])
    assert.deepEqual(
      inside.map(({ received }) => received.splice(0).length),
      [1, 0],
    )
  })

  it('where they are allowed, they are called', async () => {
    const post = createPostMessage({ allowPrivateAddresses: true })
    for (const text of ['http://127.0.0.1:PORT/', 'http://[::1]:PORT/', 'http://localhost:PORT/'])
      assert.equal((await post(urlOf(text), { headers: {}, body: 'x' })).status, 204)
    assert.equal(knocks(), 3)
  })

  it('in production they are https, unless http is allowed', async () => {
    for (const [allowed, status] of [
      [false, 400],
      [true, 201],
    ] as const) {
      const production = await s.startReplica({ NODE_ENV: 'production', WEBHOOK_ALLOW_HTTP: allowed })
      const url = 'http://hooks.example.com/'
      const { ask } = createClient({ app: production })
      assert.equal((await ask(path, { method: 'POST', payload: { url } })).statusCode, status)
    }
  })

  it('only addresses of the open Internet are public', () => {
    for (const address of ['1.1.1.1', '93.184.215.14', '172.32.0.1', '2606:4700::1111', '2a00:1450:4001::1'])
      assert.equal(isPublicAddress(address), true, address)
    for (const address of [
      ...['0.0.0.0', '0.1.2.3', '10.1.2.3', '100.127.255.255', '127.0.0.53', '169.254.0.1', '172.31.255.255'],
      ...[
        '192.0.0.8',
        '192.0.2.1',
        '192.88.99.1',
        '192.168.1.1',
        '198.19.0.1',
        '198.51.100.1',
        '203.0.113.1',
      ],
      ...['224.0.0.251', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
      ...[
        '::',
        '::1',
        '::ffff:10.0.0.1',
        '::10.0.0.1',
        '64:ff9b::a00:1',
        '64:ff9b:1::1',
        '100::1',
        '2001::1',
      ],
      ...[
        '2001:db8::1',
        '2002:a00:1::',
        '3fff::1',
        '5f00::1',
        'fc00::1',
        'fd12:3456::1',
        'fe80::1',
        'fec0::1',
        'ff05::2',
      ],
      ...['', 'x', '1', '127.1', 'fe80::1%eth0'],
    ])
      assert.equal(isPublicAddress(address), false, address)
  })
})
