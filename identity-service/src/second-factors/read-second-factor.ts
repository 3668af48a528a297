import type { SecondFactorsRepository } from './second-factors.repository.ts'

export type ReadSecondFactor = (userId: number) => Promise<{ active: boolean; recoveryCodesLeft: number }>

/** Whether an account's second factor is in force, and how many recovery codes are unused. */
export function createReadSecondFactor({
  secondFactors,
}: {
  secondFactors: SecondFactorsRepository
}): ReadSecondFactor {
  return async (userId) => {
    const active = (await secondFactors.find(userId))?.confirmed ?? false
    return { active, recoveryCodesLeft: active ? await secondFactors.countRecoveryCodes(userId) : 0 }
  }
}
