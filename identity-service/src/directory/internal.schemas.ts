import Type from 'typebox'

export const FeedQuery = Type.Object({
  after: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 }),
  origin: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  wait: Type.Integer({ minimum: 0, maximum: 25, default: 0, description: 'seconds' }),
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 500 }),
})
