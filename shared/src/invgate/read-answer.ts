import { readErrorMessage } from './error-message.ts'
import type { Answer, InvGateRequest } from './exchange.ts'
import { type InvGateEffect, InvGateError, type InvGateErrorKind } from './invgate-error.ts'
import { readRetryAfter } from './retry-after.ts'
import { isRecord, readId } from './wire-values.ts'

/**
 * The JSON of an answer that says success. Any other answer is thrown as the InvGateError that it means:
 * by its status, by `status: ERROR` in an HTTP 200, or because it is no JSON.
 */
export function readAnswer(
  answer: Answer,
  method: InvGateRequest['method'],
  secrets: readonly string[],
): unknown {
  const { statusCode } = answer
  const body = parseJson(answer.text)
  const fail = (kind: InvGateErrorKind, effect: InvGateEffect) =>
    new InvGateError(kind, {
      effect: method === 'GET' ? 'none' : effect,
      statusCode,
      message: readErrorMessage(body, secrets),
      retryAfterMs: readRetryAfter(answer.headers['retry-after'], Date.now()),
    })

  if (statusCode >= 500) throw fail('unavailable', 'possible')
  if (statusCode === 429) throw fail('rate_limited', 'none')
  if (statusCode === 401 || statusCode === 403) throw fail('unauthorized', 'none')
  // A 404 without JSON was written by something in front of InvGate and says nothing about the record asked for.
  if (statusCode === 404 && !isRecord(body)) throw fail('bad_answer', 'none')
  if (statusCode >= 400) throw fail('rejected', 'none')
  // 303 is the one redirect that may follow a request already carried out (RFC 9110, 15.4.4).
  if (statusCode >= 300) throw fail('bad_answer', statusCode === 303 ? 'possible' : 'none')
  if (body === undefined) throw fail(answer.ended ?? 'bad_answer', 'possible')
  if (isRecord(body) && isErrorStatus(body.status)) {
    throw fail('rejected', createdId(body) === null ? 'denied' : 'possible')
  }
  return body
}

/** The id of what a create has made: a number or a numeric string in `id`, `request_id` or `incident_id`. */
export function createdId(body: Record<string, unknown>): number | null {
  return readId(body.id) ?? readId(body.request_id) ?? readId(body.incident_id)
}

/** Undefined stands for "no JSON": null is JSON too. */
function parseJson(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function isErrorStatus(status: unknown): boolean {
  return typeof status === 'string' && status.toUpperCase() === 'ERROR'
}
