import type { Incident } from '@werk/shared/invgate/incident'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import type { CreatedIncident } from './draft.ts'
import type { IncidentListings } from './incident-listings.ts'
import type { IntentsRepository } from './intents.repository.ts'
import { matchKeyOf, type TicketIntent } from './ticket-intent.ts'

export type Verdict =
  | { kind: 'linked'; created: CreatedIncident }
  /** Too early to say, or a twin is still under way. */
  | { kind: 'wait'; delayMs: number }
  /** InvGate does not have it and will not get it from the earlier request any more. */
  | { kind: 'absent' }
  /** More incidents than intents fit: a person has to look. */
  | { kind: 'ambiguous'; found: number[] }

export type ResolveDoubt = (intent: TicketIntent, listings: IncidentListings) => Promise<Verdict>

type Needs = {
  intents: IntentsRepository
  tickets: Pick<TicketsRepository, 'removeImported'>
  /** Runs alone among all replicas. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  /** How long after it was sent a request may still take effect in InvGate. */
  settleMs: number
}

/** Less than the hour of `incidents.last.hour`, as clocks differ. */
const recentMs = 45 * 60_000
/** InvGate's clock may be behind ours. */
const skewMs = 10 * 60_000
const longestWaitMs = 30_000

/**
 * Finds out what became of a ticket that was sent to InvGate and not answered. InvGate knows no reference of ours, so
 * it is recognised by creator, title, description and time among the incidents that belong to no ticket yet.
 */
export function createResolveDoubt({ intents, tickets, exclusively, settleMs }: Needs): ResolveDoubt {
  const link = (intent: TicketIntent, matchKey: string, found: Incident[]): Promise<Verdict | null> =>
    exclusively(async () => {
      const linked = await intents.listLinked(found.map(({ id }) => id))
      const free = found.filter(({ id }) => !linked.includes(id)).sort((one, other) => one.id - other.id)
      if (free.length === 0) return null
      const twins = await intents.listTwins(matchKey)
      // One that is still being asked for may turn out to be the one that was found.
      if (twins.some(({ id, leased }) => leased && id !== intent.id)) return { kind: 'wait', delayMs: 2000 }
      // Those are sent again for want of an incident, one whose client was told no is not: so it comes last.
      const first = twins.filter(({ state, parked }) => state !== 'refused' && !parked)
      if (intent.state === 'refused' && free.length <= first.length) return { kind: 'wait', delayMs: 2000 }
      if (free.length > twins.length) return { kind: 'ambiguous', found: free.map(({ id }) => id) }
      const incident = free[0]
      if (incident === undefined) return null
      const created = { id: incident.id, payload: incident.raw }
      await tickets.removeImported(incident.id)
      await intents.markCreated(intent.id, created)
      return { kind: 'linked', created }
    })

  return async (intent, listings) => {
    const { ticket } = intent.draft
    const sentAt = (intent.sentAt ?? intent.createdAt).getTime()
    const matchKey = matchKeyOf(ticket)
    const listed = await lookUp(listings, ticket.customerId)
    const found = listed.incidents.filter(
      (incident) =>
        incident.creatorId === ticket.creatorId &&
        matchKeyOf(incident) === matchKey &&
        (incident.createdAt?.getTime() ?? sentAt) >= sentAt - skewMs,
    )
    const verdict = found.length === 0 ? null : await link(intent, matchKey, found)
    if (verdict !== null) return verdict
    const settlesIn = sentAt + settleMs - listed.askedAt
    if (settlesIn <= 0) {
      const isAll = listed.isLastHourWhole && (listed.isCustomerWhole || listed.askedAt - sentAt < recentMs)
      if (!isAll) throw new Error('InvGate lists too many incidents to say that one is absent')
      return { kind: 'absent' }
    }
    return { kind: 'wait', delayMs: Math.min(1000 * 2 ** intent.attempts, longestWaitMs, settlesIn + 100) }
  }
}

/** The customer's incidents and those of the last hour: either listing may leave some out. `askedAt`: epoch milliseconds. */
async function lookUp(listings: IncidentListings, customerId: number) {
  const lastHour = await listings.ofLastHour()
  const customer = await listings.ofCustomer(customerId)
  const incidents = [...lastHour.incidents, ...customer.incidents]
  return {
    incidents: [...new Map(incidents.map((incident) => [incident.id, incident])).values()],
    isLastHourWhole: lastHour.isWhole,
    isCustomerWhole: customer.isWhole,
    askedAt: Math.min(lastHour.askedAt.getTime(), customer.askedAt.getTime()),
  }
}
