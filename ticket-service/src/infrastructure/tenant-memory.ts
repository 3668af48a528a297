type Needs<T> = { load: (tenantId: number) => Promise<T>; clock: { now(): Date } }

export type TenantMemory<T> = {
  get(tenantId: number): Promise<T>
  /** After this replica's own change, which is therefore seen at once. */
  forget(tenantId: number): void
}

type Remembered<T> = { until: number; value: Promise<T> }

const rememberMs = 5000
const mostTenants = 1000

/**
 * Remembers for 5 s what a tenant has set and every ticket asks for: that late, at most, a replica counts by what another
 * one has set.
 */
export function createTenantMemory<T>({ load, clock }: Needs<T>): TenantMemory<T> {
  const remembered = new Map<number, Remembered<T>>()

  const remember = (tenantId: number, now: number): Promise<T> => {
    const value = load(tenantId)
    const entry = { until: now + rememberMs, value }
    remembered.delete(tenantId)
    remembered.set(tenantId, entry)
    const [oldest] = remembered.keys()
    if (remembered.size > mostTenants && oldest !== undefined) remembered.delete(oldest)
    // A failure is told to those who wait for it and not remembered; meanwhile another one may have taken its place.
    value.catch(() => {
      if (remembered.get(tenantId) === entry) remembered.delete(tenantId)
    })
    return value
  }

  return {
    get(tenantId) {
      const now = clock.now().getTime()
      const known = remembered.get(tenantId)
      const isFresh = known !== undefined && now < known.until && now >= known.until - rememberMs
      return isFresh ? known.value : remember(tenantId, now)
    },
    forget(tenantId) {
      remembered.delete(tenantId)
    },
  }
}
