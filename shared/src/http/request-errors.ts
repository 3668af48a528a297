import type { ErrorObject } from 'ajv'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import { AppError, type FieldErrors } from '../errors/app-error.ts'
import { explain, summarize } from '../validation/explain.ts'

/** The failures that any route can have before its use case is reached. */

export const malformedJson = (cause?: unknown) =>
  new AppError('request.malformed', 'invalid JSON body', { cause })

export const invalidRequest = (errors: FieldErrors) =>
  new AppError('request.invalid', summarize(errors), { errors })

export const rateLimited = (retryAfterSeconds: number) =>
  new AppError('request.rate_limited', `too many requests, try again in ${retryAfterSeconds} s`, {
    headers: { 'retry-after': String(retryAfterSeconds) },
  })

export const underPressure = () =>
  new AppError('service.unavailable', 'the service is overloaded, try again shortly', {
    headers: { 'retry-after': '5' },
  })

/** What was asked may have been done all the same, where its end was what got lost: an Idempotency-Key makes it safe to repeat. */
export const databaseAway = (cause: unknown) =>
  new AppError('service.unavailable', 'the database is away, try again shortly', {
    cause,
    headers: { 'retry-after': '5' },
  })

export const routeNotFound = (method: string, path: string) =>
  new AppError('route.not_found', `there is no ${method} ${path}`)

export const internalError = (cause: unknown) =>
  new AppError('server.internal', 'something went wrong on our side; the request id helps us find it', {
    cause,
  })

/** What Fastify calls when a body, query or params did not fit its schema. */
export function formatSchemaErrors(found: FastifySchemaValidationError[]): AppError {
  return invalidRequest(fieldErrors(found))
}

/** Fastify types its validator's findings more loosely than Ajv, which makes them. */
export function fieldErrors(found: FastifySchemaValidationError[]): FieldErrors {
  return explain(found as ErrorObject[])
}
