import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool } from '@werk/shared/database/pool'
import type { Registry } from 'prom-client'
import { appendAudit, createAuditRepository } from '../audit/audit.repository.ts'
import { registerAuditRoutes } from '../audit/audit.routes.ts'
import { createReadAudit } from '../audit/read-audit.ts'
import type { Config } from '../config.ts'
import { registerMappingRoutes } from '../mirror/mapping.routes.ts'
import { registerMirrorFailureRoutes } from '../mirror/mirror-failures.routes.ts'
import { registerMirrorMetrics } from '../mirror/mirror-metrics.ts'
import { createDropParkedJob, createListParkedJobs, createRetryParkedJob } from '../mirror/parked-jobs.ts'
import { createTenantMapping } from '../mirror/tenant-mapping.ts'
import type { DeskParts } from './desk-parts.ts'
import { installationMapping } from './installation-mapping.ts'
import { ticketDefaults } from './ticket-defaults.ts'

type Parts = {
  app: App
  config: Config
  pool: Pool
  metrics: Registry
  desk: DeskParts
  clock: { now(): Date }
}

/** What a tenant's admin sees and changes of the way to InvGate, and the audit. */
export function composeMirrorAdmin({ app, config, pool, metrics, desk, clock }: Parts) {
  const writing = { ...desk, appendAudit }
  const tenantMapping = createTenantMapping({
    ...writing,
    byDefault: installationMapping(config),
    defaults: ticketDefaults(config),
    forgetMapping: desk.findMapping.forget,
  })
  registerMirrorMetrics({ metrics, mirrorJobs: desk.mirrorJobs, logger: app.log })

  return {
    register(authenticate: Authenticate): void {
      registerMirrorFailureRoutes(app, {
        authenticate,
        listParkedJobs: createListParkedJobs(desk),
        retryParkedJob: createRetryParkedJob(writing),
        dropParkedJob: createDropParkedJob(writing),
        clock,
      })
      registerMappingRoutes(app, { authenticate, tenantMapping, clock })
      registerAuditRoutes(app, {
        authenticate,
        readAudit: createReadAudit({ audit: createAuditRepository(pool) }),
      })
    },
  }
}
