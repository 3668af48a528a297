import Type, { type Static } from 'typebox'

/** `before`: the call has no effect. `after`: the effect is committed, and only the answer goes wrong. */
const when = Type.Optional(Type.Enum(['before', 'after']))
const exact = { additionalProperties: false }

export const fault = Type.Union([
  Type.Object({ type: Type.Literal('latency'), ms: Type.Integer({ minimum: 0 }) }, exact),
  Type.Object(
    {
      type: Type.Literal('status'),
      status: Type.Integer({ minimum: 200, maximum: 599 }),
      body: Type.Optional(Type.Unknown()),
      retry_after: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
      when,
    },
    exact,
  ),
  Type.Object({ type: Type.Literal('reset'), when }, exact),
  Type.Object({ type: Type.Literal('hang'), when }, exact),
  Type.Object({ type: Type.Literal('truncate') }, exact),
  Type.Object(
    {
      type: Type.Literal('html'),
      status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
      when,
    },
    exact,
  ),
  Type.Object({ type: Type.Literal('error_status'), info: Type.String(), when }, exact),
])

export const faultRule = Type.Object(
  {
    /** `*`, or a method and a path below `/api/v1/`, such as `POST incidents`. */
    route: Type.String(),
    fault,
    /** How often it strikes; without it, until it is taken away. */
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    /** The probability with which it strikes. */
    share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  },
  exact,
)

export const faultRules = Type.Array(faultRule)

export type Fault = Static<typeof fault>
export type FaultRule = Static<typeof faultRule>
