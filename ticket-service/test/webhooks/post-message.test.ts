import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createPostMessage } from '../../src/webhooks/post-message.ts'
import { answerWith, type Receiver, startReceiver } from './receiver.ts'

const message = { headers: { 'content-type': 'application/json' }, body: '{"ä":1}' }

describe('a message to a webhook', () => {
  let r: Receiver
  before(async () => {
    r = await startReceiver()
  })
  after(() => r.close())
  const post = (timeoutMs = 5000) =>
    createPostMessage({ allowPrivateAddresses: true, timeoutMs })(`${r.url}/`, message)

  it('arrives byte for byte, and its status comes back', async () => {
    r.behave(answerWith(202, { 'retry-after': '7' }))
    assert.deepEqual(await post(), { status: 202, retryAfter: '7' })
    assert.equal(r.received.at(-1)?.body, message.body)
    assert.equal(r.received.at(-1)?.headers['content-type'], 'application/json')
  })

  it('that is not answered in time fails', async () => {
    r.behave(() => {})
    await assert.rejects(post(200), { name: 'AbortError' })
  })

  it('whose answer never ends is over in time, with the status that was there', async () => {
    r.behave((answer) => {
      answer.writeHead(200)
      answer.write('x')
    })
    assert.equal((await post(200)).status, 200)
  })

  it('whose answer is endless is not read on', async () => {
    let written = 0
    r.behave((answer) => {
      answer.writeHead(200)
      const part = Buffer.alloc(64 * 1024)
      const write = () => {
        while (!answer.destroyed && answer.write(part)) written += part.length
      }
      answer.on('drain', write)
      write()
    })
    assert.equal((await post()).status, 200)
    assert.ok(written < 64 * 1024 * 1024, String(written))
  })

  it('whose answer breaks off has its status, and one whose connection breaks has none', async () => {
    r.behave((answer) => {
      answer.writeHead(200, { 'content-length': '100' })
      answer.write('x', () => answer.destroy())
    })
    assert.equal((await post()).status, 200)
    r.behave((answer) => answer.destroy())
    await assert.rejects(post(), { code: 'ECONNRESET' })
  })

  it('whose answer has no end of headers fails', async () => {
    r.behave((answer) => answer.writeHead(200, { 'x-long': 'x'.repeat(100_000) }).end())
    await assert.rejects(post(), { code: 'HPE_HEADER_OVERFLOW' })
  })
})
