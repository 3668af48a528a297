import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'

/** What InvGate lists. It says nothing of what came about after `askedAt`, when its reading began. */
export type Listing = {
  incidents: Incident[]
  /** Whether it was read to its end. */
  isWhole: boolean
  askedAt: Date
}

/** Each is read when it is first asked for, and once: whoever shares them shares what they say, failures too. */
export type IncidentListings = {
  ofLastHour(): Promise<Listing>
  ofCustomer(customerId: number): Promise<Listing>
}

type Needs = {
  invgate: Pick<InvGateClient, 'listByCustomer' | 'listLastHour'>
  clock: { now(): Date }
  /** Of 100 incidents each, how far a listing is read. */
  mostPages?: number
}

type ReadPage = (pageKey: string | null) => ReturnType<InvGateClient['listLastHour']>

const limit = 100

/** @returns what makes the listings of one round of the workers */
export function createIncidentListings({ invgate, clock, mostPages = 200 }: Needs): () => IncidentListings {
  const readAll = async (readPage: ReadPage): Promise<Listing> => {
    const askedAt = clock.now()
    const incidents: Incident[] = []
    let pageKey: string | null = null
    for (let page = 0; page < mostPages; page += 1) {
      const read = await readPage(pageKey)
      incidents.push(...read.incidents)
      pageKey = read.nextPageKey
      if (pageKey === null) return { incidents, isWhole: true, askedAt }
    }
    return { incidents, isWhole: false, askedAt }
  }

  return () => {
    const byCustomer = new Map<number, Promise<Listing>>()
    let lastHour: Promise<Listing> | undefined
    return {
      ofLastHour() {
        lastHour ??= readAll((pageKey) => invgate.listLastHour({ pageKey, limit }))
        return lastHour
      },
      ofCustomer(customerId) {
        const listing =
          byCustomer.get(customerId) ??
          readAll((pageKey) => invgate.listByCustomer(customerId, { pageKey, limit }))
        byCustomer.set(customerId, listing)
        return listing
      },
    }
  }
}
