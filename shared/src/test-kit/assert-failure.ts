import assert from 'node:assert/strict'
import type { Failure } from '../http/failure.ts'

/** What is needed of an answer, whether injected or fetched. */
export type Answer = {
  statusCode: number
  headers: Record<string, unknown>
  body: string
}

type Expected = {
  status: number
  code?: string
  error?: string
  /** The fields that `errors` names, in any order; null for none. */
  fields?: string[] | null
}

const members = ['ok', 'success', 'code', 'message', 'error', 'errors', 'data', 'meta']

/** Holds an answer against the one failure shape (contract 1) and gives its body. */
export function assertFailure({ statusCode, headers, body }: Answer, expected: Expected): Failure {
  assert.equal(statusCode, expected.status, body)
  assert.match(String(headers['content-type']), /^application\/json/)
  const failure = JSON.parse(body) as Failure
  assert.deepEqual(Object.keys(failure).sort(), [...members].sort())
  assert.equal(failure.ok, false)
  assert.equal(failure.success, false)
  assert.match(failure.code, /^[a-z_]+\.[a-z_]+$/)
  assert.equal(failure.message, failure.error)
  assert.notEqual(failure.message, '')
  assert.equal(failure.meta.request_id, headers['x-request-id'])
  assert.equal(new Date(failure.meta.timestamp).toISOString(), failure.meta.timestamp)
  if (expected.code !== undefined) assert.equal(failure.code, expected.code)
  if (expected.error !== undefined) assert.equal(failure.error, expected.error)
  if (expected.fields === null) assert.equal(failure.errors, null)
  else if (expected.fields !== undefined) {
    assert.deepEqual(Object.keys(failure.errors ?? {}).sort(), [...expected.fields].sort())
  }
  return failure
}
