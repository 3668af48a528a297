import Type, { type Static } from 'typebox'
import { webhookEvents } from './webhook.ts'

const page = {
  limit: Type.Integer({ minimum: 1, maximum: 100 }),
  cursor: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'the last id seen' })),
}
export const WebhooksQuery = Type.Object(page)
export const DeliveriesQuery = Type.Object(page)
export const IdParams = Type.Object({ id: Type.String({ maxLength: 36 }) })

const url = Type.String({ minLength: 1, maxLength: 2000, description: 'is called by POST' })
const description = Type.String({ maxLength: 255 })
const events = Type.Array(Type.Enum([...webhookEvents]), {
  maxItems: webhookEvents.length,
  uniqueItems: true,
  description: 'what it is told of; none means all',
})

export const CreateBody = Type.Object(
  {
    url,
    description: Type.Optional(description),
    events: Type.Optional(events),
    active: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export const ChangeBody = Type.Object(
  {
    url: Type.Optional(url),
    description: Type.Optional(description),
    events: Type.Optional(events),
    active: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
)
export type ChangeBody = Static<typeof ChangeBody>

const webhook = {
  id: Type.String(),
  url: Type.String(),
  description: Type.String(),
  events: Type.Array(Type.String()),
  active: Type.Boolean(),
  disabled_reason: Type.Union([Type.String(), Type.Null()], {
    description: 'why the service has switched it off',
  }),
  created_at: Type.String(),
  updated_at: Type.String(),
}
export const Webhook = Type.Object(webhook)
export type Webhook = Static<typeof Webhook>

const secret = Type.String({ description: 'signs its messages; is shown this once' })
export const CreatedWebhook = Type.Object({ ...webhook, secret })
export const RotatedWebhook = Type.Object({
  ...webhook,
  secret,
  previous_secret_until: Type.String({ description: 'until then the secret before signs as well' }),
})

export const Delivery = Type.Object({
  id: Type.String({ description: 'is the message’s webhook-id too' }),
  webhook_id: Type.String(),
  event: Type.String(),
  status: Type.Enum(['pending', 'delivered', 'failed']),
  attempts: Type.Integer(),
  response_status: Type.Union([Type.Integer(), Type.Null()], { description: 'of the last attempt' }),
  error: Type.Union([Type.String(), Type.Null()]),
  duration_ms: Type.Union([Type.Integer(), Type.Null()]),
  next_attempt_at: Type.Union([Type.String(), Type.Null()]),
  created_at: Type.String(),
  finished_at: Type.Union([Type.String(), Type.Null()]),
})
export type Delivery = Static<typeof Delivery>
