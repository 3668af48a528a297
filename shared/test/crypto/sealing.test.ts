import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSealing } from '../../src/crypto/sealing.ts'

const [secret, other] = ['a secret of 32 bytes, or even more', 'another secret of 32 bytes or more']
const text = Buffer.from('what is to be kept')
const sealing = createSealing('one purpose', secret)

test('what was sealed is opened as it was, and is sealed otherwise each time', () => {
  const [first, second] = [sealing.seal('user:1', text), sealing.seal('user:1', text)]
  assert.deepEqual(sealing.open('user:1', first), text)
  assert.notDeepEqual(first, second)
  assert.equal(first.includes(text), false)
})

test('it opens for what it belongs to, by its secret and for its purpose alone', () => {
  const sealed = sealing.seal('user:1', text)
  assert.throws(() => sealing.open('user:2', sealed))
  assert.throws(() => createSealing('one purpose', other).open('user:1', sealed))
  assert.throws(() => createSealing('another purpose', secret).open('user:1', sealed))
})

test('a previous secret still opens, and does not seal', () => {
  const rotated = createSealing('one purpose', other, secret)
  assert.deepEqual(rotated.open('user:1', sealing.seal('user:1', text)), text)
  assert.throws(() => sealing.open('user:1', rotated.seal('user:1', text)))
})

test('no byte of it can be changed, and none left away', () => {
  const sealed = sealing.seal('user:1', text)
  for (const index of sealed.keys()) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
    assert.throws(() => sealing.open('user:1', changed))
    assert.throws(() => sealing.open('user:1', sealed.subarray(0, index)))
  }
})
