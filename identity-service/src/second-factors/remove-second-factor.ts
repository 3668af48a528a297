import type { Actor } from '../audit/audit-entry.ts'
import { noSecondFactor } from './second-factors.errors.ts'
import type { Owner, SecondFactorsRepository } from './second-factors.repository.ts'

/** Takes the second factor and its recovery codes away. */
export type RemoveSecondFactor = (owner: Owner, actor: Actor) => Promise<void>

/** @throws AppError second_factor.not_found without a factor in force */
export function createRemoveSecondFactor({
  secondFactors,
}: {
  secondFactors: SecondFactorsRepository
}): RemoveSecondFactor {
  return async (owner, actor) => {
    if (!(await secondFactors.remove(owner, actor))) throw noSecondFactor()
  }
}
