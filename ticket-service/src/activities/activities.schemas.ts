import Type from 'typebox'
import { uuidPattern } from '../paging/cursor.request.ts'

export const ActivitiesQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 1000 }),
  cursor: Type.Optional(Type.String({ pattern: `^${uuidPattern}$`, description: 'the last id seen' })),
})

/** Contract 7: TicketActivityLog. */
export const ActivityWire = Type.Object({
  id: Type.String(),
  ticket_id: Type.String(),
  actor_id: Type.Integer({ description: 'the account; 0 for InvGate, the service, or whoever has none' }),
  actor: Type.String({ description: 'how they are called' }),
  action: Type.String(),
  message: Type.Optional(Type.String()),
  internal: Type.Boolean(),
  created_at: Type.String(),
})
