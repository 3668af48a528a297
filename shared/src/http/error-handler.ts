import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isDatabaseAway } from '../database/is-database-away.ts'
import { AppError, type ErrorCode } from '../errors/app-error.ts'
import { failureBody } from './failure.ts'
import { databaseAway, internalError, malformedJson, routeNotFound } from './request-errors.ts'

/** Answers every error of every route with the one failure body; logs what the client must not see. */
export function registerErrorHandling(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Error, request, reply) =>
    sendFailure(toAppError(error, request), request, reply),
  )
  app.setNotFoundHandler((request, reply) =>
    sendFailure(routeNotFound(request.method, pathOf(request.url)), request, reply),
  )
}

/** For Fastify's `frameworkErrors`: what fails before a route is found, such as a malformed URL. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  sendFailure(toAppError(error, request), request, reply)
}

/** The path of a request target, without its query, which may hold secrets. */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

function sendFailure(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error.statusCode >= 500) request.log.error({ err: error, code: error.code }, 'request failed')
  return reply
    .code(error.statusCode)
    .headers({ ...error.headers, 'x-request-id': request.id })
    .type('application/json; charset=utf-8')
    .send(failureBody(error, request.id))
}

/** Anything can be thrown, not only errors. */
function toAppError(error: unknown, request: FastifyRequest): AppError {
  if (error instanceof AppError) return error
  if (!(error instanceof Error)) return internalError(error)
  if (isDatabaseAway(error)) return databaseAway(error)
  const code = 'code' in error ? error.code : ''
  return knownFastifyErrors[String(code)]?.(error, request) ?? bySafeStatus(error) ?? internalError(error)
}

const knownFastifyErrors: Record<string, (cause: Error, request: FastifyRequest) => AppError> = {
  FST_ERR_CTP_INVALID_JSON_BODY: malformedJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: malformedJson,
  FST_ERR_CTP_BODY_TOO_LARGE: (cause, { routeOptions }) =>
    new AppError(
      'request.too_large',
      `the body is larger than ${routeOptions.bodyLimit} bytes, the limit here`,
      { cause },
    ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (cause) =>
    new AppError('request.unsupported_type', 'this content type is not accepted here', { cause }),
  FST_ERR_BAD_URL: (cause) => new AppError('request.malformed', 'the URL is malformed', { cause }),
  FST_ERR_ASYNC_CONSTRAINT: (cause) => internalError(cause),
}

const codeByStatus: Record<number, ErrorCode> = {
  400: 'request.malformed',
  404: 'route.not_found',
  408: 'request.timeout',
  413: 'request.too_large',
  415: 'request.unsupported_type',
  431: 'request.headers_too_large',
  503: 'service.unavailable',
}

/** Fastify and its plugins mark what is the client's fault by a status; their sentences are meant for the client. */
function bySafeStatus(error: FastifyError | Error): AppError | undefined {
  const status = 'statusCode' in error ? Number(error.statusCode ?? 500) : 500
  if (status >= 500 && status !== 503) return undefined
  const code = codeByStatus[status] ?? 'request.malformed'
  return new AppError(code, error.message, { cause: error })
}
