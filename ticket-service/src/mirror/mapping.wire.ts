import {
  type TicketCategory,
  type TicketPriority,
  ticketCategories,
  ticketPriorities,
} from '../tickets/ticket-kinds.ts'
import { type TicketStatus, ticketStatuses } from '../tickets/ticket-status.ts'
import type { MappingEntries } from './invgate-mapping.ts'
import type { MappingBody, MappingWire } from './mapping.schemas.ts'
import type { EffectiveMapping, Mapped } from './tenant-mapping.ts'

/** The one place that maps mappings to the wire and back. */

export function toMappingEntries({ categories, priorities, statuses, people }: MappingBody): MappingEntries {
  return {
    statuses: ticketStatuses.flatMap((name) => (statuses?.[name] ?? []).map((id) => ({ name, id }))),
    people: (people ?? []).map(({ user_id: userId, inv_gate_id: id }) => ({ userId, id })),
    categories: ticketCategories.flatMap((name) => (categories[name] ?? []).map((id) => ({ name, id }))),
    priorities: ticketPriorities.flatMap((name) => (priorities[name] ?? []).map((id) => ({ name, id }))),
  }
}

export function toWireMapping(mapping: EffectiveMapping): MappingWire {
  const { source, categories, priorities, statuses, people, failures } = mapping
  const status = (wanted: TicketStatus) => statuses.filter(({ name }) => name === wanted).map(({ id }) => id)
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
    statuses: {
      open: status('open'),
      in_progress: status('in_progress'),
      resolved: status('resolved'),
      closed: status('closed'),
    },
    people: people.map(({ userId, id }) => ({ user_id: userId, inv_gate_id: id })),
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
