import Type, { type Static, type TSchema } from 'typebox'

/** Of a list. A cursor is there only where there is something to go to. */
export const Pagination = Type.Object({
  next_cursor: Type.Optional(Type.String()),
  prev_cursor: Type.Optional(Type.String()),
  has_next: Type.Boolean(),
  has_prev: Type.Boolean(),
  limit: Type.Integer(),
})
export type Pagination = Static<typeof Pagination>

/** The schema of a success in the dialects that wrap it (contract 1). */
export function Envelope<T extends TSchema>(data: T) {
  return Type.Object({
    ok: Type.Literal(true),
    success: Type.Literal(true),
    message: Type.String(),
    data,
    error: Type.Null(),
    errors: Type.Null(),
    meta: Type.Object({
      request_id: Type.String(),
      timestamp: Type.String({ description: 'RFC 3339' }),
      pagination: Type.Optional(Pagination),
    }),
  })
}

type Details = { message?: string; pagination?: Pagination }

/** Wraps what a request is answered with, as `Envelope` describes it. */
export function envelope<T>(request: { id: string }, data: T, { message = 'ok', pagination }: Details = {}) {
  return {
    ok: true as const,
    success: true as const,
    message,
    data,
    error: null,
    errors: null,
    meta: {
      request_id: request.id,
      timestamp: new Date().toISOString(),
      ...(pagination !== undefined && { pagination }),
    },
  }
}
