import { randomUUID } from 'node:crypto'
import type { PeriodicTask } from '@werk/shared/outbox/periodic-task'
import type { Registry } from 'prom-client'
import { createApplyIncident } from '../sync/apply-incident.ts'
import { createImportIncidents } from '../sync/import-incidents.ts'
import { createImportMissed } from '../sync/import-missed.ts'
import { createKnownIncidents } from '../sync/known-incidents.repository.ts'
import { createMirrorRepository } from '../sync/mirror.repository.ts'
import { createReadLastHour } from '../sync/read-last-hour.ts'
import { createRefreshOpenTickets } from '../sync/refresh-open-tickets.ts'
import { createSyncLease } from '../sync/sync-lease.repository.ts'
import { createSyncMetrics } from '../sync/sync-metrics.ts'
import { createSyncPoller } from '../sync/sync-poller.ts'
import { createSyncTask } from '../sync/sync-task.ts'
import { type composeIntents, leaseMarginMs, type Parts } from './intents.ts'
import { ticketDefaults } from './ticket-defaults.ts'

type SyncParts = Parts & Pick<ReturnType<typeof composeIntents>, 'transaction' | 'exclusively'>

/** What brings back what InvGate changed by itself. */
export function composeSync(parts: SyncParts, metrics: Registry): PeriodicTask[] {
  const { app, config, pool, tickets, desk, transaction, clock } = parts
  const everyMs = config.SYNC_INTERVAL_MS
  if (everyMs === 0) return []
  const logger = app.log
  const mirror = createMirrorRepository(pool)
  const lease = createSyncLease({
    pool,
    owner: randomUUID(),
    leaseMs: everyMs + config.ARMMADA_TIMEOUT_MS + leaseMarginMs,
  })
  const applyIncident = createApplyIncident({ ...parts, ...desk, logger })
  const importIncidents = createImportIncidents({
    ...parts,
    tickets: {
      insert: (ticket) =>
        transaction(async (tx) => {
          if (await tickets.insert(tx, ticket, [])) await desk.tellOfNew(tx, ticket)
        }),
      removeImported: tickets.removeImported,
    },
    mirror,
    describeTicket: desk.describeTicket,
    defaults: { ...ticketDefaults(config), creatorId: config.ARMMADA_DEFAULT_CREATOR_ID },
    logger,
  })
  const poller = createSyncPoller({
    lease,
    mirror,
    refreshOpenTickets: createRefreshOpenTickets({ ...parts, mirror, applyIncident, logger }),
    importMissed: createImportMissed({
      ...parts,
      known: createKnownIncidents(pool),
      mirror,
      importIncidents,
    }),
    readLastHour: createReadLastHour({
      ...parts,
      mirror,
      lease,
      applyIncident,
      importIncidents,
      importAfterMs: config.SYNC_IMPORT_AFTER_MS,
    }),
    metrics: createSyncMetrics(metrics, clock),
    clock,
    logger,
  })
  return [createSyncTask({ poller, everyMs, logger })]
}
