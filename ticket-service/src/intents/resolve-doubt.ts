import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import type { CreatedIncident } from './draft.ts'
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

type Lookups = Pick<InvGateClient, 'listByCustomer' | 'listLastHour'>

type Needs = {
  intents: IntentsRepository
  tickets: Pick<TicketsRepository, 'removeImported'>
  invgate: Lookups
  /** Runs alone among all replicas. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  clock: { now(): Date }
  /** How long after it was sent a request may still take effect in InvGate. */
  settleMs: number
  /** Of 100 incidents each, how far a listing is read. */
  mostPages?: number
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
export function createResolveDoubt(needs: Needs): (intent: TicketIntent) => Promise<Verdict> {
  const { intents, tickets, invgate, exclusively, clock, settleMs, mostPages = 200 } = needs

  let turn: Promise<unknown> = Promise.resolve()
  /** One of this process at a time: each that waits for the others' lock would keep a connection from the one that has it. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(() => exclusively(work))
    turn = result.catch(() => {})
    return result
  }

  const link = (intent: TicketIntent, matchKey: string, found: Incident[]): Promise<Verdict | null> =>
    inTurn(async () => {
      const linked = await intents.listLinked(found.map(({ id }) => id))
      const free = found.filter(({ id }) => !linked.includes(id)).sort((one, other) => one.id - other.id)
      if (free.length === 0) return null
      const twins = await intents.listTwins(matchKey)
      // One that is still being asked for may turn out to be the one that was found.
      if (twins.some(({ id, leased }) => leased && id !== intent.id)) return { kind: 'wait', delayMs: 2000 }
      if (free.length > twins.length) return { kind: 'ambiguous', found: free.map(({ id }) => id) }
      const incident = free[0]
      if (incident === undefined) return null
      const created = { id: incident.id, payload: incident.raw }
      await tickets.removeImported(incident.id)
      await intents.markCreated(intent.id, created)
      return { kind: 'linked', created }
    })

  return async (intent) => {
    const sentAt = (intent.sentAt ?? intent.createdAt).getTime()
    const matchKey = matchKeyOf(intent.draft.ticket)
    const asked = clock.now().getTime()
    const listed = await lookUp(invgate, intent.draft.ticket.customerId, mostPages)
    const found = listed.incidents.filter(
      (incident) =>
        matchKeyOf(incident) === matchKey && (incident.createdAt?.getTime() ?? sentAt) >= sentAt - skewMs,
    )
    const verdict = await link(intent, matchKey, found)
    if (verdict !== null) return verdict
    const settlesIn = sentAt + settleMs - asked
    if (settlesIn <= 0) {
      const isAll = listed.lastHour && (listed.customer || asked - sentAt < recentMs)
      if (!isAll) throw new Error('InvGate lists too many incidents to say that one is absent')
      return { kind: 'absent' }
    }
    return { kind: 'wait', delayMs: Math.min(1000 * 2 ** intent.attempts, longestWaitMs, settlesIn + 100) }
  }
}

type List = (pageKey: string | null) => ReturnType<Lookups['listLastHour']>

/**
 * The customer's incidents and those of the last hour: either listing may leave some out.
 * `customer`, `lastHour`: whether that listing was read to its end.
 */
async function lookUp(invgate: Lookups, customerId: number, mostPages: number) {
  const byId = new Map<number, Incident>()
  const readAll = async (list: List): Promise<boolean> => {
    let pageKey: string | null = null
    for (let page = 0; page < mostPages; page += 1) {
      const { incidents, nextPageKey } = await list(pageKey)
      for (const incident of incidents) byId.set(incident.id, incident)
      if (nextPageKey === null) return true
      pageKey = nextPageKey
    }
    return false
  }
  const lastHour = await readAll((pageKey) => invgate.listLastHour({ pageKey, limit: 100 }))
  const customer = await readAll((pageKey) => invgate.listByCustomer(customerId, { pageKey, limit: 100 }))
  return { incidents: [...byId.values()], lastHour, customer }
}
