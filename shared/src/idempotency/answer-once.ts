import type { FastifyReply, FastifyRequest } from 'fastify'
import { inTransaction, type Pool } from '../database/pool.ts'
import { retryDeadlocks } from '../database/retry-deadlocks.ts'
import { keyInFlight, keyMismatch, keysUnavailable } from './idempotency.errors.ts'
import { type KeyScope, type KeyScopes, readIdempotencyKey } from './idempotency-key.ts'
import type { Begun, IdempotencyStore, StoredAnswer } from './idempotency-store.ts'
import { sendStoredAnswer } from './send-stored-answer.ts'

/** A request's work, which has one effect, in this database. */
export type Work<T> = Pick<KeyScope, 'tenantId' | 'subject'> & {
  /** HTTP status of the success. */
  status: number
  /**
   * Does the work. With a key it sets the key's `resource` (where that is null still) in the transaction of its effect,
   * so that a process that dies before it answers leaves word of the effect.
   */
  run(keyId: string | null): Promise<T>
  /** The result of an earlier try, by the resource that it left. */
  recover(resource: string): Promise<T>
  resourceOf(result: T): string
  toBody(result: T): unknown | Promise<unknown>
}

export type AnswerOnce = <T>(
  request: FastifyRequest,
  reply: FastifyReply,
  work: Work<T>,
) => Promise<FastifyReply>

type Needs = {
  pool: Pool
  store: IdempotencyStore
  keys: KeyScopes
  /** Milliseconds after which the work of a dead process is taken up; longer than the work takes. */
  leaseMs?: number
}

/**
 * Answers a request with an `Idempotency-Key` once, and says the same to whoever repeats it; one without a key as ever.
 * A failed try gives its key back, so that it may be repeated, unless it had its effect all the same.
 * @throws AppError idempotency.invalid, idempotency.mismatch, idempotency.conflict, idempotency.unavailable
 */
export function createAnswerOnce({ pool, store, keys, leaseMs = 30_000 }: Needs): AnswerOnce {
  const begin = async (id: string, request: FastifyRequest): Promise<Begun> => {
    const fingerprint = keys.fingerprint({ body: request.body })
    const key = { id, fingerprint, resource: null, leaseMs }
    try {
      return await retryDeadlocks(() => inTransaction(pool, (connection) => store.begin(connection, key)))
    } catch (error) {
      throw keysUnavailable(error)
    }
  }

  async function runHeld<T>(id: string, { run }: Work<T>): Promise<T> {
    try {
      return await run(id)
    } catch (error) {
      // Not given back: the try had its effect after all, or another took it up. Whoever asks again hears of that.
      const isFree = await store.release(pool, { id, resource: null }).catch(() => true)
      throw isFree ? error : keyInFlight(0)
    }
  }

  return async (request, reply, work) => {
    const key = readIdempotencyKey(request)
    reply.code(work.status)
    if (key === null) return reply.send(await work.toBody(await work.run(null)))

    const { tenantId, subject } = work
    const id = keys.id({ tenantId, subject, route: routeOf(request) }, key)
    const begun = await begin(id, request)
    if (begun.kind === 'replay') return sendStoredAnswer(reply, begun.answer)
    if (begun.kind === 'mismatch') throw keyMismatch()
    if (begun.kind === 'in_flight') throw keyInFlight(begun.retryAfterMs)

    const left = begun.kind === 'abandoned' ? begun.resource : null
    const result = left === null ? await runHeld(id, work) : await work.recover(left)
    const answer = serialise(reply, await work.toBody(result))
    const kept = await store.finish(pool, { id, resource: work.resourceOf(result) }, answer).catch((err) => {
      // What was done is done: the answer is true, and whoever repeats the request is told of the same effect.
      request.log.warn({ err }, 'an answer could not be kept under its Idempotency-Key')
      return true
    })
    // Another try that was taken for dead has answered: there must not be two answers.
    if (!kept) throw keyInFlight(0)
    return reply.type(answer.contentType).send(answer.body)
  }
}

/** By pattern, so that it is the same for every spelling of a path. */
function routeOf({ method, routeOptions }: FastifyRequest): string {
  return `${method} ${routeOptions.url}`
}

function serialise(reply: FastifyReply, body: unknown): StoredAnswer {
  const text = reply.serialize(body)
  return {
    status: reply.statusCode,
    contentType: 'application/json; charset=utf-8',
    body: Buffer.from(typeof text === 'string' ? text : new Uint8Array(text)),
  }
}
