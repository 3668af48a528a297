import Type, { type Static } from 'typebox'
import { TicketParams } from '../tickets/tickets.schemas.ts'

const Account = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** Without a body, whoever asks is meant. */
export const WatchBody = Type.Union([
  Type.Object({
    user_id: Type.Optional({ ...Account, description: 'who is meant, for those who answer the ticket' }),
  }),
  Type.Null(),
])

export const WatcherParams = Type.Object({ ...TicketParams.properties, user_id: Account })

export const WatcherWire = Type.Object({
  user_id: Type.Integer(),
  name: Type.String({ description: 'empty where none is known' }),
  created_at: Type.String({ description: 'RFC 3339' }),
})
export type WatcherWire = Static<typeof WatcherWire>
