import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testSecret } from '@werk/shared/test-kit/sign-token'
import { createDownloadTokens } from '../../src/attachments/download-token.ts'

const link = { tenantId: 3, ticketId: null, id: '01a2242b-e4ab-7684-bdaa-35d497f9b5b6' }
const now = new Date('2026-11-28T12:00:00.000Z')
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const at = (time: Date, secrets = { JWT_SECRET: testSecret }) =>
  createDownloadTokens(secrets, { now: () => time })

test('a token leads to its file until its time is over, to the second', () => {
  const token = at(now).sign(link, inSeconds(60))
  assert.deepEqual(at(now).verify(token), link)
  assert.deepEqual(at(inSeconds(59)).verify(token), link)
  assert.equal(at(inSeconds(60)).verify(token), null)
  const ofTicket = { ...link, ticketId: '01a2242b-e4b4-70f5-b6b2-99d2ac0e26c8' }
  assert.deepEqual(at(now).verify(at(now).sign(ofTicket, inSeconds(60))), ofTicket)
})

test('a token that was changed anywhere leads nowhere', () => {
  const token = at(now).sign(link, inSeconds(60))
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ '
  for (let index = 0; index < token.length; index += 1) {
    const letter = letters[index % letters.length] === token[index] ? '~' : letters[index % letters.length]
    const changed = `${token.slice(0, index)}${letter}${token.slice(index + 1)}`
    assert.equal(at(now).verify(changed), null, changed)
  }
  const [payload = '', mac = ''] = token.split('.')
  const later = Buffer.from(
    JSON.stringify([3, null, link.id, Math.floor(inSeconds(999).getTime() / 1000)]),
  ).toString('base64url')
  // Two bits of the last digit are spare: of four spellings that decode to the same one is right.
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = digits.indexOf(mac.slice(-1))
  const spellings = [1, 2, 3].map((spare) => `${payload}.${mac.slice(0, -1)}${digits[last + spare]}`)
  for (const one of spellings)
    assert.deepEqual(Buffer.from(one.split('.')[1] ?? '', 'base64url'), Buffer.from(mac, 'base64url'))
  const others = ['', '.', payload, `${payload}.`, `.${mac}`, `${later}.${mac}`, `${token}.`, `${token}A`]
  for (const other of [...others, ...spellings]) assert.equal(at(now).verify(other), null, other)
})

test('the previous secret still verifies and never signs; a third one does neither', () => {
  const other = 'another secret for tests, of 32 bytes'
  const rotated = at(now, { JWT_SECRET: other, ...{ JWT_SECRET_PREVIOUS: testSecret } })
  const old = at(now).sign(link, inSeconds(60))
  assert.deepEqual(rotated.verify(old), link)
  assert.equal(at(now).verify(rotated.sign(link, inSeconds(60))), null)
  assert.equal(at(now, { JWT_SECRET: other }).verify(old), null)
})
