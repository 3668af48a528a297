import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRetryAfter } from '../../src/invgate/retry-after.ts'

const now = Date.UTC(2026, 0, 5, 12, 0, 0)

test('Retry-After is read as seconds', () => {
  assert.equal(readRetryAfter('30', now), 30_000)
  assert.equal(readRetryAfter(' 0 ', now), 0)
})

test('Retry-After is read as any of the three HTTP dates', () => {
  assert.equal(readRetryAfter('Mon, 05 Jan 2026 12:01:00 GMT', now), 60_000)
  assert.equal(readRetryAfter('Monday, 05-Jan-26 12:01:00 GMT', now), 60_000)
  assert.equal(readRetryAfter('Mon Jan  5 12:01:00 2026', now), 60_000)
})

test('a date in the past means now', () => {
  assert.equal(readRetryAfter('Mon, 05 Jan 2026 11:00:00 GMT', now), 0)
})

test('anything else is no Retry-After', () => {
  for (const value of [undefined, '', 'soon', '-5', '1.5', 'Monday', '2026-01-05']) {
    assert.equal(readRetryAfter(value, now), null)
  }
})
