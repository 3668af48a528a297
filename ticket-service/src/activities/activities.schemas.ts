import Type from 'typebox'

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
