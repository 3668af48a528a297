import { explain, summarize } from '@werk/shared/validation/explain'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** A refusal in InvGate's form: `{"error": "…", "status": n}` under that HTTP status. */
export class Refusal extends Error {
  readonly statusCode: number

  constructor(statusCode: number, message: string) {
    super(message)
    this.name = 'Refusal'
    this.statusCode = statusCode
  }
}

/** What InvGate answers when a call is well formed and cannot be done: HTTP 200 with `{"status":"ERROR","info":"…"}`. */
export class LogicalFault extends Error {
  constructor(info: string) {
    super(info)
    this.name = 'LogicalFault'
  }
}

export function refusalBody(status: number, message: string) {
  return { error: message, status }
}

/** @param invalidStatus what a missing or mistyped parameter is answered with: live, that is 428. */
export function answerFailures(scope: FastifyInstance, invalidStatus = 428): void {
  scope.setNotFoundHandler((_request, reply) => reply.code(404).send(refusalBody(404, 'Not found')))
  scope.setErrorHandler((error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    if (error instanceof LogicalFault) return reply.code(200).send({ status: 'ERROR', info: error.message })
    const { status, message } = describe(error, invalidStatus)
    if (status >= 500) request.log.error(error)
    return reply.code(status).send(refusalBody(status, message))
  })
}

function describe(error: FastifyError, invalidStatus: number): { status: number; message: string } {
  if (error.validation !== undefined) {
    return { status: invalidStatus, message: summarize(explain(error.validation)) }
  }
  const status = error.statusCode ?? 500
  return { status, message: status >= 500 ? 'Internal error' : error.message }
}
