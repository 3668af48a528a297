import Type, { type Static } from 'typebox'
import { ticketCategories } from '../tickets/ticket-kinds.ts'

const minutes = (description: string) => Type.Integer({ minimum: 1, maximum: 525_600, description })

/** TicketCategorySLA of contract 7. */
export const CategorySla = Type.Object({
  category: Type.Enum([...ticketCategories]),
  sla_response_minutes: minutes('business minutes until the first answer'),
  sla_resolution_minutes: minutes('business minutes until it is resolved; not less'),
})
export type CategorySla = Static<typeof CategorySla>
