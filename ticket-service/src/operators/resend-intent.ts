import type { ChangeIntent } from './change-intent.ts'
import type { OperatedIntent, Operation } from './operated-intent.ts'
import type { OperatorsRepository } from './operators.repository.ts'

export type ResendIntent = (operation: Operation) => Promise<OperatedIntent>

type Needs = { operators: OperatorsRepository; change: ChangeIntent }

/** Has a parked intent sent to InvGate again, by the next worker. @throws AppError intent.* */
export function createResendIntent({ operators, change }: Needs): ResendIntent {
  return async (operation) => {
    const { id, actor } = operation
    const intent = await change.getParked(operation)
    await change.apply(id, { actor, action: 'resend', detail: `was ${intent.state}` }, (tx) =>
      operators.resend(tx, id),
    )
    return { ...intent, state: 'received', parked: false, dueInMs: 0 }
  }
}
