import type { Actor } from '../audit/audit-entry.ts'
import { hashRecoveryCode, makeRecoveryCodes } from './recovery-code.ts'
import { noSecondFactor } from './second-factors.errors.ts'
import type { Owner, SecondFactorsRepository } from './second-factors.repository.ts'

/** @returns new recovery codes; the earlier ones are worth nothing any more */
export type RenewRecoveryCodes = (owner: Owner, actor: Actor) => Promise<string[]>

/** @throws AppError second_factor.not_found without a factor in force */
export function createRenewRecoveryCodes({
  secondFactors,
}: {
  secondFactors: SecondFactorsRepository
}): RenewRecoveryCodes {
  return async (owner, actor) => {
    const codes = makeRecoveryCodes()
    const replaced = await secondFactors.replaceRecoveryCodes(owner, codes.map(hashRecoveryCode), actor)
    if (!replaced) throw noSecondFactor()
    return codes
  }
}
