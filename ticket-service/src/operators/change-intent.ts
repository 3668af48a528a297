import type { PoolConnection } from '@werk/shared/database/pool'
import type { OperatedIntent, Operation, OperatorAction } from './operated-intent.ts'
import { intentAtWork, intentNotFound } from './operators.errors.ts'
import type { OperatorsRepository } from './operators.repository.ts'

export type ChangeIntent = {
  /** @throws AppError intent.not_found, and intent.conflict for one that is the workers' */
  getParked(operation: Operation): Promise<OperatedIntent>
  /**
   * Makes a change and writes down who made it, both or neither.
   * @throws AppError intent.conflict when `apply` answers false: somebody else was faster
   */
  apply(id: string, action: OperatorAction, apply: (tx: PoolConnection) => Promise<boolean>): Promise<void>
}

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  operators: OperatorsRepository
}

/** What the operations have in common. They touch parked intents only, so no worker is ever overtaken. */
export function createChangeIntent({ transaction, operators }: Needs): ChangeIntent {
  return {
    async getParked({ tenantId, id }) {
      const intent = await operators.find(tenantId, id)
      if (intent === null) throw intentNotFound()
      if (!intent.parked) throw intentAtWork(intent.state, intent.dueInMs)
      return intent
    },

    apply: (id, action, apply) =>
      transaction(async (tx) => {
        if (!(await apply(tx))) throw intentAtWork('being changed', 0)
        await operators.record(tx, id, action)
      }),
  }
}
