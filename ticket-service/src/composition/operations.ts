import { createChangeIntent } from '../operators/change-intent.ts'
import { createDropIntent } from '../operators/drop-intent.ts'
import { createLinkIntent } from '../operators/link-intent.ts'
import { createOperatorsRepository } from '../operators/operators.repository.ts'
import { createGetIntent, createListIntents } from '../operators/read-intents.ts'
import { createResendIntent } from '../operators/resend-intent.ts'
import type { composeIntents, Parts } from './intents.ts'

type OperationParts = Parts & Omit<ReturnType<typeof composeIntents>, 'tasks' | 'spool'>

/** What an operator can do with an intent that the workers gave up. */
export function composeOperations(parts: OperationParts) {
  const operators = createOperatorsRepository(parts.pool)
  const change = createChangeIntent({ transaction: parts.transaction, operators })
  return {
    listIntents: createListIntents({ operators }),
    getIntent: createGetIntent({ operators }),
    linkIntent: createLinkIntent({ ...parts, operators, change }),
    resendIntent: createResendIntent({ operators, change }),
    dropIntent: createDropIntent({ ...parts, operators, change }),
  }
}
