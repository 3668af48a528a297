import {
  type TicketCategory,
  type TicketPriority,
  ticketCategories,
  ticketPriorities,
} from '../tickets/ticket-kinds.ts'
import type { MappingEntries } from './invgate-mapping.ts'
import type { MappingBody, MappingWire } from './mapping.schemas.ts'
import type { EffectiveMapping, Mapped } from './tenant-mapping.ts'

/** The one place that maps mappings to the wire and back. */

export function toMappingEntries({ categories, priorities }: MappingBody): MappingEntries {
  return {
    categories: ticketCategories.flatMap((name) => (categories[name] ?? []).map((id) => ({ name, id }))),
    priorities: ticketPriorities.flatMap((name) => (priorities[name] ?? []).map((id) => ({ name, id }))),
  }
}

export function toWireMapping({ source, categories, priorities, failures }: EffectiveMapping): MappingWire {
  const category = (name: TicketCategory) => wireOf(categories, name)
  const priority = (name: TicketPriority) => wireOf(priorities, name)
  return {
    source,
    categories: {
      billing: category('billing'),
      technical: category('technical'),
      account: category('account'),
      service: category('service'),
    },
    priorities: { low: priority('low'), medium: priority('medium'), high: priority('high') },
    failures: failures.map(({ kind, value, ticketId, occurrences, firstAt, lastAt }) => ({
      ...{ kind, value, ticket_id: ticketId, occurrences },
      first_at: firstAt.toISOString(),
      last_at: lastAt.toISOString(),
    })),
  }
}

function wireOf<Name extends string>(mapped: readonly Mapped<Name>[], wanted: Name) {
  const found = mapped.find(({ name }) => name === wanted)
  if (found === undefined) throw new TypeError(`the mapping does not tell of ${wanted}`)
  const { ids, sent, source } = found
  return { ids, sent, source }
}
