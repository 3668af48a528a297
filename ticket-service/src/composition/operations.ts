import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Registry } from 'prom-client'
import { createChangeIntent } from '../operators/change-intent.ts'
import { createDropIntent } from '../operators/drop-intent.ts'
import { registerIntentMetrics } from '../operators/intent-metrics.ts'
import { createLinkIntent } from '../operators/link-intent.ts'
import { createOperatorsRepository } from '../operators/operators.repository.ts'
import { registerOperatorRoutes } from '../operators/operators.routes.ts'
import { createGetIntent, createListIntents } from '../operators/read-intents.ts'
import { createResendIntent } from '../operators/resend-intent.ts'
import type { composeIntents, Parts } from './intents.ts'

type OperationParts = Parts & ReturnType<typeof composeIntents> & { metrics: Registry }

/** What an operator sees of intents, and can do with one that the workers gave up. */
export function composeOperations(parts: OperationParts) {
  const { app } = parts
  const operators = createOperatorsRepository(parts.pool)
  const change = createChangeIntent({ transaction: parts.transaction, operators })
  registerIntentMetrics({ ...parts, logger: app.log })

  return {
    register(authenticate: Authenticate): void {
      registerOperatorRoutes(app, {
        authenticate,
        listIntents: createListIntents({ operators }),
        getIntent: createGetIntent({ operators }),
        linkIntent: createLinkIntent({ ...parts, operators, change }),
        resendIntent: createResendIntent({ operators, change }),
        dropIntent: createDropIntent({ ...parts, operators, change }),
      })
    },
  }
}
