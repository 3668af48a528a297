import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { shownReason } from '../../src/errors/shown-reason.ts'
import { InvGateError } from '../../src/invgate/invgate-error.ts'

test('what we say ourselves is shown as it is', () => {
  assert.equal(
    shownReason(new Error('InvGate does not have the ticket yet')),
    'InvGate does not have the ticket yet',
  )
  const refused = new InvGateError('rejected', {
    effect: 'none',
    message: 'No comments today',
    code: 'ECONNRESET',
  })
  assert.equal(shownReason(refused), 'No comments today')
})

test('of what the database, the disk and the language say only the code is shown', async () => {
  const sql = Object.assign(new Error('UPDATE tickets SET secret'), {
    sqlState: '22001',
    code: 'ER_DATA_TOO_LONG',
  })
  assert.equal(shownReason(sql), 'it failed on our side: ER_DATA_TOO_LONG')
  const absent = await readFile('/nowhere/at/all').catch((error: unknown) => error)
  assert.equal(shownReason(absent), 'it failed on our side: ENOENT')
  assert.equal(shownReason(new TypeError("reading 'x' of undefined")), 'it failed on our side: TypeError')
  assert.equal(shownReason('thrown text of 10.0.0.7'), 'it failed on our side: unknown')
})
