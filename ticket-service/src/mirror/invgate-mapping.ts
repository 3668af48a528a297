import {
  type TicketCategory,
  type TicketPriority,
  ticketCategories,
  ticketPriorities,
} from '../tickets/ticket-kinds.ts'
import type { StatusMap, TicketStatus } from '../tickets/ticket-status.ts'

/** What stands for what in InvGate. Several of its ids may stand for one of ours; the first is what InvGate is sent. */
export type MappingEntries = {
  categories: readonly { name: TicketCategory; id: number }[]
  priorities: readonly { name: TicketPriority; id: number }[]
  /** Where they are left out, the installation's map counts. */
  statuses?: readonly { name: TicketStatus; id: number }[]
  /** Accounts whose InvGate user is another than the directory says. */
  people?: readonly { userId: number; id: number }[]
}

export type InvGateMapping = {
  /** Null where nothing is set for it: then the installation's default is sent. */
  categoryIdOf(category: TicketCategory): number | null
  priorityIdOf(priority: TicketPriority): number | null
  /** Null where nothing is set for it: then the ticket keeps what it has. */
  categoryOf(id: number): TicketCategory | null
  priorityOf(id: number): TicketPriority | null
  statusOf: StatusMap
  /** The InvGate user that was set for an account, and the other way round; null where none was. */
  personOf(userId: number): number | null
  accountOf(personId: number): number | null
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

/** @param installationStatusOf for the statuses that are not named */
export function createMapping(entries: MappingEntries, installationStatusOf: StatusMap): InvGateMapping {
  const { categories, priorities, statuses = [], people = [] } = entries
  const named = (wanted: number | null) => statuses.find(({ id }) => id === wanted)?.name
  return {
    statusOf: (id) => named(id) ?? installationStatusOf(id),
    personOf: (wanted) => people.find(({ userId }) => userId === wanted)?.id ?? null,
    accountOf: (wanted) => people.find(({ id }) => id === wanted)?.userId ?? null,
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
