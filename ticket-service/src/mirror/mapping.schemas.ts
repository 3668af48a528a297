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
const everyStatus = <T extends Type.TSchema>(schema: T) => ({
  open: schema,
  in_progress: schema,
  resolved: schema,
  closed: schema,
})
const People = Type.Array(Type.Object({ user_id: Id, inv_gate_id: Id }, strict), {
  maxItems: 1000,
  description: 'accounts whose InvGate user is another than the one made for them',
})
const everyPriority = <T extends Type.TSchema>(schema: T) => ({ low: schema, medium: schema, high: schema })

export const MappingBody = Type.Object(
  {
    categories: Type.Object(everyCategory(Type.Optional(Ids)), strict),
    priorities: Type.Object(everyPriority(Type.Optional(Ids)), strict),
    statuses: Type.Optional(
      Type.Object(everyStatus(Type.Optional(Ids)), {
        ...strict,
        description:
          "InvGate's status ids of each status; one that is not named stands for what it does to the installation",
      }),
    ),
    people: Type.Optional(People),
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
  statuses: Type.Object(everyStatus(Ids), {
    description: "the tenant's own; what is not named here stands for what it does to the installation",
  }),
  people: People,
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
