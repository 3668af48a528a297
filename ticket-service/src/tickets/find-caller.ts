import type { Principal } from '@werk/shared/auth/principal'
import type { InvGateClient } from '@werk/shared/invgate/client'

/** The caller's user id in InvGate, or the default's. */
export type FindCaller = (caller: Principal) => Promise<number>

type Needs = { invgate: Pick<InvGateClient, 'findUserByEmail'>; defaultUserId: number; timeoutMs: number }

const longestMemory = 10_000

/**
 * A token that was issued before its InvGate user was created does not name it: then InvGate is asked, by e-mail, and
 * what it found is remembered. Whoever InvGate does not know acts through the configured default user.
 */
export function createFindCaller({ invgate, defaultUserId, timeoutMs }: Needs): FindCaller {
  const known = new Map<string, number>()
  return async ({ invgateId, email, sub }) => {
    if (invgateId !== null) return invgateId
    const address = email ?? sub
    const remembered = known.get(address)
    if (remembered !== undefined) return remembered
    if (!address.includes('@')) return defaultUserId
    const user = await invgate.findUserByEmail(address, { timeoutMs })
    if (user === null) return defaultUserId
    if (known.size >= longestMemory) known.clear()
    known.set(address, user.id)
    return user.id
  }
}
