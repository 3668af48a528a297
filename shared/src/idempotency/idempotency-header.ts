import Type from 'typebox'

/** Describes the header on a route that honours it; what it may hold, `readIdempotencyKey` checks. */
export const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'makes the request safe to repeat: for 24 hours the same key answers the same, with Idempotency-Replayed: true',
    }),
  ),
})
