import Type, { type Static } from 'typebox'
import type { AppError } from '../errors/app-error.ts'

const Meta = Type.Object({ request_id: Type.String(), timestamp: Type.String() })

/** The one failure body, readable by the clients of every dialect (contract 1). */
export const Failure = Type.Object(
  {
    ok: Type.Literal(false),
    success: Type.Literal(false),
    code: Type.String({ description: 'stable and dotted; clients may switch on it' }),
    message: Type.String(),
    error: Type.String({ description: 'the same sentence as message' }),
    errors: Type.Union([Type.Record(Type.String(), Type.Array(Type.String())), Type.Null()], {
      description: 'messages per field when the body, query or params were wrong',
    }),
    data: Type.Unknown(),
    meta: Meta,
  },
  { description: 'Failure' },
)
export type Failure = Static<typeof Failure>

type PublicPart = Pick<AppError, 'code' | 'message' | 'errors' | 'data'>

/** Builds the failure body. `code` and `message` go out as they are. */
export function failureBody(error: PublicPart, requestId: string): Failure {
  return {
    ok: false,
    success: false,
    code: error.code,
    message: error.message,
    error: error.message,
    errors: error.errors,
    data: error.data,
    meta: { request_id: requestId, timestamp: new Date().toISOString() },
  }
}
