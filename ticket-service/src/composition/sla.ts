import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'
import { appendAudit } from '../audit/audit.repository.ts'
import type { Config } from '../config.ts'
import { createEscalateTickets } from '../sla/escalate-tickets.ts'
import { createEscalationsRepository } from '../sla/escalations.repository.ts'
import { createGetBusinessHours } from '../sla/get-business-hours.ts'
import { createListPolicies } from '../sla/list-policies.ts'
import { createSetBusinessHours } from '../sla/set-business-hours.ts'
import { createSetPolicy } from '../sla/set-policy.ts'
import { createSlaRepository } from '../sla/sla.repository.ts'
import { registerSlaRoutes } from '../sla/sla.routes.ts'
import { createFindSlaTerms } from '../sla/sla-terms.ts'
import type { RecordChange } from '../tickets/record-change.ts'

type Parts = {
  app: App
  config: Config
  pool: Pool
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  clock: { now(): Date }
}

/**
 * What a tenant promises, and the clock of it. `findSlaTerms` comes first, because tickets are raised and changed by it;
 * what raises levels comes last, because it changes tickets.
 */
export function composeSla({ app, config, pool, transaction, clock }: Parts) {
  const repository = createSlaRepository(pool)
  const findSlaTerms = createFindSlaTerms({ repository, clock })
  const writing = { transaction, repository, appendAudit, forgetTerms: findSlaTerms.forget }

  return {
    findSlaTerms,

    register(authenticate: Authenticate): void {
      registerSlaRoutes(app, {
        authenticate,
        setPolicy: createSetPolicy(writing),
        listPolicies: createListPolicies({ repository }),
        getBusinessHours: createGetBusinessHours({ repository }),
        setBusinessHours: createSetBusinessHours(writing),
        clock,
      })
    },

    /** None where it is off. */
    escalation(recordChange: RecordChange): PeriodicTask[] {
      const everyMs = config.SLA_INTERVAL_MS
      const escalations = createEscalationsRepository(pool)
      const logger = app.log
      const needs = { transaction, escalations, findSlaTerms, recordChange, clock, logger }
      const { run, end } = createEscalateTickets(needs)
      const task = createPeriodicTask({ name: 'sla', everyMs, run, logger })
      const ending = {
        start: task.start,
        stop: () => {
          end()
          return task.stop()
        },
      }
      return everyMs === 0 ? [] : [ending]
    },
  }
}
