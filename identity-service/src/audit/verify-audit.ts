import type { AuditRepository } from './audit.repository.ts'
import type { AuditEntry, AuditHead, HashedEntry } from './audit-entry.ts'

export type Fault = 'missing' | 'changed' | 'out of order'

export type Verdict = {
  /** how many entries were good, one after another from the first */
  good: number
  /** What the chain ends in; kept elsewhere, it shows later whether all of it was written anew. */
  head: AuditHead
  /** Null where all is as it was written. */
  firstWrong: { seq: number; fault: Fault } | null
}

export type VerifyAudit = () => Promise<Verdict>

type Needs = {
  audit: Pick<AuditRepository, 'readAfter' | 'readHead'>
  hash: (entry: AuditEntry) => string
  chunk?: number
}

const beforeTheFirst = { seq: 0, hash: '0'.repeat(64) }

/**
 * Recomputes every hash, up to the entry that was the last one when it began, some at a time.
 * An entry is `missing` when its number is, `changed` when its hash is not that of what it says, `out of order` when it
 * does not follow the one before it.
 */
export function createVerifyAudit({ audit, hash, chunk = 500 }: Needs): VerifyAudit {
  const firstFault = (before: AuditHead, entry: HashedEntry): Fault | null => {
    const { hash: kept, ...content } = entry
    if (content.seq !== before.seq + 1) return 'missing'
    if (hash(content) !== kept) return 'changed'
    return content.previousHash === before.hash ? null : 'out of order'
  }

  return async () => {
    const head = await audit.readHead()
    let last: AuditHead = beforeTheFirst
    const wrong = (fault: Fault) => ({ good: last.seq, head, firstWrong: { seq: last.seq + 1, fault } })
    while (last.seq < head.seq) {
      const entries = await audit.readAfter(last.seq, Math.min(chunk, head.seq - last.seq))
      if (entries.length === 0) return wrong('missing')
      for (const entry of entries) {
        const fault = firstFault(last, entry)
        if (fault !== null) return wrong(fault)
        last = { seq: entry.seq, hash: entry.hash }
      }
    }
    return { good: last.seq, head, firstWrong: last.hash === head.hash ? null : atHead(head) }
  }
}

/** Changed together with its own hash, so that only the head still knows. */
const atHead = ({ seq }: AuditHead) => ({ seq, fault: 'changed' as const })
