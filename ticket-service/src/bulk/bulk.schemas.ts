import Type, { type Static } from 'typebox'
import { TagsBody } from '../tags/tags.schemas.ts'
import { UpdateBody } from '../tickets/tickets.schemas.ts'

const { status, agent_id } = UpdateBody.properties

export const BulkBody = Type.Object({
  ids: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 100 }),
  status,
  agent_id,
  tags: Type.Optional(TagsBody.properties.tags),
})

export const BulkResultWire = Type.Object({
  id: Type.String(),
  ok: Type.Boolean(),
  code: Type.Optional(Type.String({ description: 'as the change of this one ticket would have failed' })),
  message: Type.Optional(Type.String()),
})
export type BulkResultWire = Static<typeof BulkResultWire>
