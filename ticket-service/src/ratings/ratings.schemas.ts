import Type, { type Static } from 'typebox'

export const RatingBody = Type.Object({
  score: Type.Integer({ minimum: 1, maximum: 5 }),
  comment: Type.Optional(Type.String({ minLength: 1, maxLength: 5000 })),
})

export const RatingWire = Type.Object({
  score: Type.Integer(),
  comment: Type.Optional(Type.String()),
  created_at: Type.String({ description: 'RFC 3339' }),
  updated_at: Type.String(),
  ended_at: Type.Optional(Type.String({ description: 'when the ticket was taken up again' })),
})
export type RatingWire = Static<typeof RatingWire>

export const PeriodQuery = Type.Object({
  from: Type.Optional(Type.String({ format: 'date-time', description: 'inclusive' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'exclusive' })),
})

export const SummaryWire = Type.Object({
  count: Type.Integer(),
  mean: Type.Union([Type.Number(), Type.Null()], { description: 'to two places; null without ratings' }),
  distribution: Type.Object(
    { 1: Type.Integer(), 2: Type.Integer(), 3: Type.Integer(), 4: Type.Integer(), 5: Type.Integer() },
    { description: 'how often each score was given' },
  ),
})
export type SummaryWire = Static<typeof SummaryWire>
