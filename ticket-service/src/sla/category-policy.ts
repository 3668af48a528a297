import type { TicketCategory } from '../tickets/ticket-kinds.ts'
import type { SlaPolicy } from './sla-clock.ts'

/** What a tenant promises for one category. */
export type CategoryPolicy = SlaPolicy & { category: TicketCategory }
