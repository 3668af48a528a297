import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'
import { InvGateError } from '@werk/shared/invgate/invgate-error'
import type { ApplyIncident } from './apply-incident.ts'
import type { ImportIncidents } from './import-incidents.ts'
import type { MirrorRepository } from './mirror.repository.ts'
import type { RoundPart, Step } from './round-step.ts'
import type { SyncLease } from './sync-lease.ts'

type Needs = {
  mirror: Pick<MirrorRepository, 'listByInvGateIds'>
  invgate: Pick<InvGateClient, 'listLastHour'>
  lease: Pick<SyncLease, 'readCursor' | 'writeCursor'>
  applyIncident: ApplyIncident
  importIncidents: ImportIncidents
  /** How long an unknown incident is watched: longer than a create of ours takes, so that its own ticket comes first. */
  importAfterMs: number
  clock: { now(): Date }
}

/** When the round began, and when this page was asked for. */
type Times = { startedAt: Date; askedAt: Date }

const pageLength = 200
/** Listed for an hour at most; forgetting only makes the watch begin anew. */
const mostWatched = 10_000

/**
 * Goes through what was raised or changed in InvGate within the last hour, page by page: closed tickets that were
 * reopened, and incidents that have no ticket. How long these have been there is by our own clock, since the first
 * look: InvGate's may be another.
 */
export function createReadLastHour(needs: Needs): RoundPart {
  const { mirror, invgate, lease, applyIncident, importIncidents, importAfterMs, clock } = needs
  const watched = new Map<number, Date>()

  const isDue = ({ id }: Incident): boolean => {
    const now = clock.now()
    const since = watched.get(id) ?? now
    if (watched.size >= mostWatched) watched.clear()
    watched.set(id, since)
    return now.getTime() - since.getTime() >= importAfterMs
  }

  const readPage = async (incidents: readonly Incident[], times: Times, step: Step) => {
    const known = await mirror.listByInvGateIds(incidents.map(({ id }) => id))
    const byId = new Map(incidents.map((incident) => [incident.id, incident]))
    for (const ticket of known) {
      const incident = byId.get(ticket.invGateId)
      const wasLookedAt = ticket.syncedAt >= times.startedAt
      if (incident !== undefined && !wasLookedAt)
        await applyIncident(ticket, { incident, askedAt: times.askedAt }, step)
      byId.delete(ticket.invGateId)
      watched.delete(ticket.invGateId)
    }
    await importIncidents([...byId.values()].filter(isDue), step)
  }

  return async (step, startedAt) => {
    let pageKey = await lease.readCursor()
    do {
      const askedAt = clock.now()
      const page = await step(() => invgate.listLastHour({ pageKey, limit: pageLength })).catch(
        async (error: unknown) => {
          // A page key that InvGate does not take any more would be refused for ever.
          if (error instanceof InvGateError && error.kind === 'rejected') await lease.writeCursor(null)
          throw error
        },
      )
      await readPage(page.incidents, { startedAt, askedAt }, step)
      pageKey = page.nextPageKey
      await lease.writeCursor(pageKey)
    } while (pageKey !== null)
  }
}
