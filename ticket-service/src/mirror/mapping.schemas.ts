import Type, { type Static } from 'typebox'

const Id = Type.Integer({ minimum: 1, maximum: 999_999_999_999_999 })
const Ids = Type.Array(Id, {
  maxItems: 100,
  uniqueItems: true,
  description: "InvGate's ids that stand for it; the first is what InvGate is sent",
})
const strict = { additionalProperties: false }
const everyCategory = <T extends Type.TSchema>(schema: T) => ({
  billing: schema,
  technical: schema,
  account: schema,
  service: schema,
})
const everyPriority = <T extends Type.TSchema>(schema: T) => ({ low: schema, medium: schema, high: schema })

export const MappingBody = Type.Object(
  {
    categories: Type.Object(everyCategory(Type.Optional(Ids)), strict),
    priorities: Type.Object(everyPriority(Type.Optional(Ids)), strict),
  },
  strict,
)
export type MappingBody = Static<typeof MappingBody>

const Mapped = Type.Object({
  ids: Ids,
  sent: Type.Integer({ description: 'what InvGate is sent' }),
  source: Type.Enum(['tenant', 'installation', 'default'], {
    description: "default: nothing stands for it, the installation's default is sent",
  }),
})

export const MappingWire = Type.Object({
  source: Type.Enum(['tenant', 'installation'], { description: 'whose mapping counts' }),
  categories: Type.Object(everyCategory(Mapped)),
  priorities: Type.Object(everyPriority(Mapped)),
  failures: Type.Array(
    Type.Object({
      kind: Type.Enum(['category', 'priority', 'status', 'agent', 'person']),
      value: Type.String({
        description: 'what had no counterpart: a word, an account, or an id of InvGate’s',
      }),
      ticket_id: Type.String({ description: 'the ticket where it was seen last' }),
      occurrences: Type.Integer(),
      first_at: Type.String(),
      last_at: Type.String(),
    }),
    { description: 'the latest 100' },
  ),
})
export type MappingWire = Static<typeof MappingWire>
