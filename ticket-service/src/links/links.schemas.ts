import Type, { type Static } from 'typebox'
import { TicketParams } from '../tickets/tickets.schemas.ts'
import { linkKinds } from './link.ts'

export const LinkBody = Type.Object({
  ticket_id: Type.String({ minLength: 1, maxLength: 64, description: 'the other ticket' }),
  kind: Type.Enum([...linkKinds], { description: 'what the ticket of the path is to the other' }),
})

export const LinkParams = Type.Object({
  ...TicketParams.properties,
  link_id: Type.String({ minLength: 1, maxLength: 64 }),
})

export const LinkWire = Type.Object({
  id: Type.String(),
  kind: Type.String({ description: 'relates, duplicates, duplicated_by, blocks or blocked_by' }),
  ticket_id: Type.String({ description: 'the other ticket' }),
  title: Type.String(),
  status: Type.String(),
  created_at: Type.String({ description: 'RFC 3339' }),
})
export type LinkWire = Static<typeof LinkWire>
