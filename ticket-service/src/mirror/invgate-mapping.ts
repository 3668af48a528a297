import {
  type TicketCategory,
  type TicketPriority,
  ticketCategories,
  ticketPriorities,
} from '../tickets/ticket-kinds.ts'

/** What stands for what in InvGate. Several of its ids may stand for one of ours; the first is what InvGate is sent. */
export type MappingEntries = {
  categories: readonly { name: TicketCategory; id: number }[]
  priorities: readonly { name: TicketPriority; id: number }[]
}

export type InvGateMapping = {
  /** Null where nothing is set for it: then the installation's default is sent. */
  categoryIdOf(category: TicketCategory): number | null
  priorityIdOf(priority: TicketPriority): number | null
  /** Null where nothing is set for it: then the ticket keeps what it has. */
  categoryOf(id: number): TicketCategory | null
  priorityOf(id: number): TicketPriority | null
}

/** A tenant's mapping. */
export type FindMapping = (tenantId: number) => Promise<InvGateMapping>

/** An entry of the settings, such as `billing:11`. */
export const categoryEntryPattern = `^(${ticketCategories.join('|')}):[1-9][0-9]{0,14}$`
export const priorityEntryPattern = `^(${ticketPriorities.join('|')}):[1-9][0-9]{0,14}$`

/** @param entries such as `billing:11`, as the patterns have them */
export function readMappingEntries(entries: {
  categories: readonly string[]
  priorities: readonly string[]
}): MappingEntries {
  return {
    categories: readEach(entries.categories, ticketCategories),
    priorities: readEach(entries.priorities, ticketPriorities),
  }
}

export function createMapping({ categories, priorities }: MappingEntries): InvGateMapping {
  return {
    categoryIdOf: (category) => categories.find(({ name }) => name === category)?.id ?? null,
    priorityIdOf: (priority) => priorities.find(({ name }) => name === priority)?.id ?? null,
    categoryOf: (wanted) => categories.find(({ id }) => id === wanted)?.name ?? null,
    priorityOf: (wanted) => priorities.find(({ id }) => id === wanted)?.name ?? null,
  }
}

function readEach<Name extends string>(entries: readonly string[], names: readonly Name[]) {
  return entries.flatMap((entry) => {
    const [name, id] = entry.split(':')
    const known = names.find((candidate) => candidate === name)
    return known === undefined ? [] : [{ name: known, id: Number(id) }]
  })
}
