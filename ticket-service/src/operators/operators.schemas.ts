import Type, { type Static } from 'typebox'
import { intentStates } from '../intents/ticket-intent.ts'

const anyState = `(${intentStates.join('|')})`
const invGateId = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "InvGate's id of the incident",
})
const text = Type.Union([Type.String(), Type.Null()])

export const IntentsQuery = Type.Object({
  state: Type.String({
    pattern: `^${anyState}(,${anyState})*$`,
    maxLength: 100,
    default: 'in_doubt,failed',
    description: `one or several of ${intentStates.join(', ')}, with commas between`,
  }),
  limit: Type.Integer({ minimum: 1, maximum: 100 }),
  cursor: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'the last id seen' })),
})

export const IntentParams = Type.Object({ id: Type.String({ maxLength: 36 }) })
export const LinkBody = Type.Object({ inv_gate_id: invGateId })
export const DropBody = Type.Object({
  reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'is kept for good' }),
})

const intent = {
  id: Type.String({ description: 'the id that the ticket will have' }),
  state: Type.Enum([...intentStates]),
  title: Type.String(),
  creator_email: Type.String(),
  creator_id: Type.Integer(),
  customer_id: Type.Integer(),
  sends: Type.Integer({ description: 'how often it was sent to InvGate' }),
  sent_at: Type.Union([Type.String(), Type.Null()], { description: 'the latest time' }),
  attempts: Type.Integer({ description: 'how often a worker had it' }),
  last_error: text,
  created_at: Type.String(),
  files: Type.Array(Type.Object({ filename: Type.String(), size: Type.Integer() })),
  parked: Type.Boolean({ description: 'it waits for an operator; any other is still at work' }),
}
export const Intent = Type.Object(intent)
export type Intent = Static<typeof Intent>

export const IntentDetail = Type.Object({
  ...intent,
  description: Type.String(),
  inv_gate_id: Type.Union([Type.Integer(), Type.Null()]),
  actions: Type.Array(
    Type.Object({ actor: Type.String(), action: Type.String(), detail: text, created_at: Type.String() }),
  ),
})
export type IntentDetail = Static<typeof IntentDetail>

export const LinkedIntent = Type.Object({ ticket_id: Type.String(), inv_gate_id: invGateId })
