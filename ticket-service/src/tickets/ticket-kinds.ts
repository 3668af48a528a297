/** What a ticket of the help desk can be about, and how urgent it can be (contract 7). */
export const ticketCategories = ['billing', 'technical', 'account', 'service'] as const
export type TicketCategory = (typeof ticketCategories)[number]

export const ticketPriorities = ['low', 'medium', 'high'] as const
export type TicketPriority = (typeof ticketPriorities)[number]

/** What a ticket has whose category or priority in InvGate stands for none of ours. */
export const otherCategory: TicketCategory = 'service'
export const otherPriority: TicketPriority = 'medium'

export function toCategory(text: string): TicketCategory {
  return ticketCategories.find((known) => known === text) ?? otherCategory
}

export function toPriority(text: string): TicketPriority {
  return ticketPriorities.find((known) => known === text) ?? otherPriority
}
