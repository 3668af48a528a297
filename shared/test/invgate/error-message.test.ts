import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readErrorMessage } from '../../src/invgate/error-message.ts'

const read = (body: unknown) => readErrorMessage(body, ['hunter2', 'desk.example.com'])

test('the message is the first text of info, error and message', () => {
  assert.equal(read({ info: 'Category 12 is closed', error: 'no' }), 'Category 12 is closed')
  assert.equal(read({ info: '', error: 'Too many requests', status: 429 }), 'Too many requests')
  assert.equal(read({ error: { code: 3 }, message: 'Not now' }), 'Not now')
})

test('a body without words of its own has no message', () => {
  for (const body of [undefined, null, 'text', 3, [], {}, { info: '   ' }, { message: '<br>' }]) {
    assert.equal(read(body), null)
  }
})

test('ordinary punctuation stays word for word', () => {
  const message = 'type_id/source_id must be < 10 and/or > 2 (N/A: 1/2), e.g. "3"; see user@example.com'
  assert.equal(read({ info: message }), message)
})

test('markup, control characters, addresses, paths and secrets are left out', () => {
  const info =
    '<b>Fatal</b>\u0000 error\r\nin /var/www/app/index.php and C:\\inetpub\\x.php via https://desk.example.com/api?k=1, DESK: desk.example.com, hunter2 <script>alert(1)</script><img src=x'
  assert.equal(read({ info }), 'Fatal error in … and … via … DESK: …, …')
})

test('a long message ends after 300 characters', () => {
  const message = read({ info: 'a'.repeat(1_000_000) })
  assert.equal(message?.length, 300)
  assert.ok(message.endsWith('…'))
})
