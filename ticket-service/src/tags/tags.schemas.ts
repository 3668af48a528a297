import Type from 'typebox'

const Tag = Type.String({ minLength: 1, maxLength: 50 })

export const TagsBody = Type.Object({
  tags: Type.Array(Tag, {
    maxItems: 20,
    description: 'all that the ticket shall have; case and blanks around them make no difference',
  }),
})

/** Folded, in their order. */
export const TagsWire = Type.Object({ tags: Type.Array(Type.String()) })

export const TagsQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 100 }),
  cursor: Type.Optional(Type.String({ maxLength: 50, description: 'the last tag seen' })),
})

export const TagCountWire = Type.Object({
  tag: Type.String(),
  tickets: Type.Integer({ description: 'how many have it' }),
})
