import { callerOf } from '@werk/shared/auth/authenticate'
import { parseJson } from '@werk/shared/http/json-body'
import { invalidRequest, malformedJson } from '@werk/shared/http/request-errors'
import { type KeyScopes, readIdempotencyKey } from '@werk/shared/idempotency/idempotency-key'
import { isRecord } from '@werk/shared/invgate/wire-values'
import { createAjv, type Validator } from '@werk/shared/validation/ajv'
import { explain } from '@werk/shared/validation/explain'
import type { FastifyRequest } from 'fastify'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { decodeBase64Attachments } from '../attachments/decode-base64-attachments.ts'
import { type MultipartLimits, readMultipart } from '../attachments/read-multipart.ts'
import type { ReceivedFile } from '../attachments/receive-files.ts'
import type { KeyedRequest } from '../intents/keys.ts'
import { titleAndDescriptionRequired } from './tickets.errors.ts'
import { CreateTicketBody, TicketFields } from './werk-tickets.schemas.ts'

/** `key` is null for a request without an Idempotency-Key. */
export type ReceivedTicket = { fields: TicketFields; files: ReceivedFile[]; key: KeyedRequest | null }
export type ReadTicketRequest = (request: FastifyRequest) => Promise<ReceivedTicket>

type Needs = { attachmentStore: AttachmentStore; limits: MultipartLimits; keyScopes: KeyScopes }

/**
 * Reads a ticket in any of the Werk dialect's forms: JSON with base64 attachments, or multipart with the fields in one
 * JSON part `request` or in parts of their own. The caller owns the staged files.
 * @throws AppError 400 and 413; then no file is left
 */
export function createReadTicketRequest({
  attachmentStore: store,
  limits,
  keyScopes,
}: Needs): ReadTicketRequest {
  const json = createAjv()
  const validBody = json.compile<CreateTicketBody>(CreateTicketBody)
  const validJsonPart = json.compile<TicketFields>(TicketFields)
  const validParts = createAjv({ coerceTypes: true }).compile<TicketFields>(TicketFields)

  const readForm = async (request: FastifyRequest): Promise<Omit<ReceivedTicket, 'key'>> => {
    const form = await readMultipart({ parts: request.parts(), source: request.raw, store, limits })
    try {
      const { request: jsonPart, ...parts } = form.fields
      const fields =
        jsonPart === undefined
          ? check(validParts, withoutEmpty(parts))
          : check(validJsonPart, parsePart(jsonPart))
      return { fields, files: form.files }
    } catch (error) {
      await Promise.all(form.files.map((file) => store.discard(file)))
      throw error
    }
  }

  const readJson = async (request: FastifyRequest): Promise<Omit<ReceivedTicket, 'key'>> => {
    const { attachments = [], ...fields } = check(validBody, request.body)
    return { fields, files: await decodeBase64Attachments(attachments, { store, limits }) }
  }

  return async (request) => {
    const key = readIdempotencyKey(request)
    const received = request.isMultipart() ? await readForm(request) : await readJson(request)
    return { ...received, key: key === null ? null : keyed(keyScopes, request, key, received) }
  }
}

function keyed(
  keyScopes: KeyScopes,
  request: FastifyRequest,
  key: string,
  { fields, files }: Omit<ReceivedTicket, 'key'>,
): KeyedRequest {
  const route = `${request.method} ${request.routeOptions.url}`
  const parts = files.map(({ sha256, filename, declaredType }) => ({
    sha256,
    name: filename,
    type: declaredType,
  }))
  return {
    id: keyScopes.id({ tenantId: request.tenantId, subject: callerOf(request).sub, route }, key),
    fingerprint: keyScopes.fingerprint({ body: fields, files: parts }),
  }
}

/** A browser sends every input of a form, those that were left empty too. */
function withoutEmpty(parts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''))
}

function parsePart(text: string): unknown {
  try {
    return parseJson(Buffer.from(text))
  } catch (error) {
    throw malformedJson(error)
  }
}

function check<T>(isValid: Validator<T>, value: unknown): T {
  if (isValid(value)) return value
  const errors = explain(isValid.errors)
  throw leavesTextOut(value) ? titleAndDescriptionRequired(errors) : invalidRequest(errors)
}

/** Absent, null, empty or blank: the contract has one sentence for all of it. */
function leavesTextOut(value: unknown): boolean {
  if (!isRecord(value)) return false
  return [value.title, value.description].some((text) => {
    return typeof text === 'string' ? text.trim() === '' : text === undefined || text === null
  })
}
