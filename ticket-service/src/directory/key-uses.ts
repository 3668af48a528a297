import { type KeyUse, mostKeyUses } from '@werk/shared/directory/key-uses'

export type KeyUses = {
  note(keyId: number): void
  /** Reports what was noted; keeps it for the next time when that fails. */
  flush(): Promise<void>
}

type Needs = { report(uses: readonly KeyUse[]): Promise<void>; clock: { now(): Date } }

/** When each API key was last used, until it is reported to the identity-service. */
export function createKeyUses({ report, clock }: Needs): KeyUses {
  const uses = new Map<number, Date>()
  return {
    note: (keyId) => uses.set(keyId, clock.now()),
    async flush() {
      while (uses.size > 0) {
        const batch = [...uses].slice(0, mostKeyUses)
        await report(batch.map(([id, at]) => ({ id, at: at.toISOString() })))
        for (const [id, at] of batch) if (uses.get(id) === at) uses.delete(id)
      }
    },
  }
}
