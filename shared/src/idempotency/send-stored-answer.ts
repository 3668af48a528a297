import type { FastifyReply } from 'fastify'
import type { StoredAnswer } from './idempotency-store.ts'

/** Says again what was said, to the byte, and that it is said again. */
export function sendStoredAnswer(reply: FastifyReply, answer: StoredAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .header('idempotency-replayed', 'true')
    .type(answer.contentType)
    .send(answer.body)
}
