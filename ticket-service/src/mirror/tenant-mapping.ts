import type { PoolConnection } from '@werk/shared/database/pool'
import type { Deed } from '../audit/audit.repository.ts'
import type { By } from '../tickets/record-change.ts'
import {
  type TicketCategory,
  type TicketPriority,
  ticketCategories,
  ticketPriorities,
} from '../tickets/ticket-kinds.ts'
import type { MappingEntries } from './invgate-mapping.ts'
import type { MappingsRepository, SeenFailure } from './mappings.repository.ts'
import { idStandsForTwo, personStandsForTwo } from './mirror.errors.ts'

/** `default`: nothing stands for it, so InvGate is sent the installation's default. */
export type MappingSource = 'tenant' | 'installation' | 'default'

/** One of our words. `ids` are what stands for it in InvGate, `sent` is what InvGate is sent. */
export type Mapped<Name> = { name: Name; ids: number[]; sent: number; source: MappingSource }

export type EffectiveMapping = {
  /** Whose it is. */
  source: 'tenant' | 'installation'
  categories: Mapped<TicketCategory>[]
  priorities: Mapped<TicketPriority>[]
  /** The tenant's own. */
  statuses: NonNullable<MappingEntries['statuses']>
  people: NonNullable<MappingEntries['people']>
  /** What had no counterpart, the latest first. */
  failures: SeenFailure[]
}

export type GetTenantMapping = (tenantId: number) => Promise<EffectiveMapping>
/** @throws AppError invgate_mapping.invalid for an id that stands for two */
export type SetTenantMapping = (tenantId: number, entries: MappingEntries, by: By) => Promise<void>
export type RemoveTenantMapping = (tenantId: number, by: By) => Promise<void>
export type ForgetMappingFailures = (tenantId: number, by: By) => Promise<void>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  mappings: MappingsRepository
  /** The installation's. */
  byDefault: MappingEntries
  /** What is sent where nothing is set. */
  defaults: { categoryId: number; priorityId: number }
  /** What the service remembers of the tenant's mapping. */
  forgetMapping: (tenantId: number) => void
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
}

const mostFailures = 100
const subject = 'invgate_mapping'

/** What stands for what in InvGate for a tenant's tickets, and what turned out to have no counterpart. */
export function createTenantMapping(needs: Needs) {
  const { transaction, mappings, byDefault, defaults, forgetMapping, appendAudit } = needs

  const change = async (
    { tenantId, ...deed }: Pick<Deed, 'tenantId' | 'action' | 'details'> & By,
    apply: (tx: PoolConnection) => Promise<void>,
  ) => {
    await transaction(async (tx) => {
      await apply(tx)
      await appendAudit(tx, { tenantId, subject, ...deed })
    })
    forgetMapping(tenantId)
  }

  const get: GetTenantMapping = async (tenantId) => {
    const own = await mappings.find(tenantId)
    const { categories, priorities, statuses = [], people = [] } = own ?? byDefault
    const source = own === null ? 'installation' : 'tenant'
    return {
      source,
      categories: mapped(ticketCategories, categories, { source, sentElse: defaults.categoryId }),
      priorities: mapped(ticketPriorities, priorities, { source, sentElse: defaults.priorityId }),
      statuses,
      people,
      failures: await mappings.listFailures(tenantId, mostFailures),
    }
  }

  const set: SetTenantMapping = async (tenantId, entries, by) => {
    refuseTwins('categories', entries.categories)
    refuseTwins('priorities', entries.priorities)
    refuseTwins('statuses', entries.statuses ?? [])
    refuseTwinPeople(entries.people ?? [])
    const details = { from: idsByName(await mappings.find(tenantId)), to: idsByName(entries) }
    const deed = { tenantId, ...by, action: 'invgate_mapping.set', details }
    await change(deed, (tx) => mappings.put(tx, tenantId, entries, by.at))
  }

  const remove: RemoveTenantMapping = async (tenantId, by) => {
    const details = { from: idsByName(await mappings.find(tenantId)) }
    const deed = { tenantId, ...by, action: 'invgate_mapping.removed', details }
    await change(deed, (tx) => mappings.remove(tx, tenantId))
  }

  const forgetFailures: ForgetMappingFailures = (tenantId, by) =>
    change({ tenantId, ...by, action: 'invgate_mapping.failures_forgotten', details: {} }, (tx) =>
      mappings.forgetFailures(tx, tenantId),
    )

  return { get, set, remove, forgetFailures }
}

type Entry<Name> = { name: Name; id: number }

function mapped<Name extends string>(
  names: readonly Name[],
  entries: readonly Entry<Name>[],
  { source, sentElse }: { source: MappingSource; sentElse: number },
): Mapped<Name>[] {
  return names.map((name) => {
    const ids = entries.filter((entry) => entry.name === name).map(({ id }) => id)
    const [first] = ids
    return first === undefined
      ? { name, ids, sent: sentElse, source: 'default' }
      : { name, ids, sent: first, source }
  })
}

/** What comes back from InvGate could not be told apart. */
function refuseTwins(field: string, entries: readonly Entry<string>[]): void {
  const nameOf = new Map<number, string>()
  for (const { name, id } of entries) {
    const other = nameOf.get(id)
    if (other !== undefined) throw idStandsForTwo(`${field}.${name}`, id, other)
    nameOf.set(id, name)
  }
}

/** One account is one person there, and the other way round. */
function refuseTwinPeople(people: NonNullable<MappingEntries['people']>): void {
  const accounts = new Set(people.map(({ userId }) => userId))
  const persons = new Set(people.map(({ id }) => id))
  if (accounts.size < people.length || persons.size < people.length) throw personStandsForTwo()
}

function idsByName(entries: MappingEntries | null) {
  if (entries === null) return null
  const grouped = (list: readonly Entry<string>[]) =>
    Object.fromEntries(
      list.map(({ name }) => [name, list.filter((entry) => entry.name === name).map(({ id }) => id)]),
    )
  return {
    categories: grouped(entries.categories),
    priorities: grouped(entries.priorities),
    statuses: grouped(entries.statuses ?? []),
    people: entries.people ?? [],
  }
}
