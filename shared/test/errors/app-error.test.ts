import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/errors/app-error.ts'
import { statusOf } from '../../src/errors/status-table.ts'

test('the last part of a code decides the status', () => {
  const expected = {
    'ticket.not_found': 404,
    'a.b.taken': 409,
    'invgate.upstream_timeout': 502,
    'x.rate_limited': 429,
  }
  for (const [code, status] of Object.entries(expected)) assert.equal(statusOf(code), status)
})

test('a code that the table does not know is a fault of ours', () => {
  for (const code of [
    'ticket.strange',
    '',
    'ticket.',
    'constructor',
    'ticket.toString',
    'ticket.__proto__',
  ]) {
    assert.equal(statusOf(code), 500, code)
  }
})

test('the cause stays inside', () => {
  const error = new AppError('a.conflict', 'public', { cause: new Error('inner') })
  assert.equal(error.statusCode, 409)
  assert.equal(error.message, 'public')
  assert.equal((error.cause as Error).message, 'inner')
  assert.deepEqual([error.errors, error.data, error.headers], [null, null, {}])
})
