import { createHash } from 'node:crypto'
import { canonicalJson } from '@werk/shared/idempotency/canonical-json'
import type { Actor, AuditEntry } from '../audit/audit-entry.ts'
import { noticeJob, noticeSubject, sentenceOf } from '../notices/notice.ts'
import { type Changed, readFeedState } from './feed-state.ts'
import type { Prisma } from './generated/client.ts'

export type Transaction = Prisma.TransactionClient

/** Who did what to whom. `details` never holds a secret. */
export type Deed = Pick<AuditEntry, 'tenantId' | 'action' | 'subject'> & {
  actor: Actor
  details?: Record<string, unknown>
}

type Change = { changed?: readonly Changed[]; deed?: Deed | null }
type Head = { seq: bigint | number; mark: string }

/**
 * The last step of every transaction that changes something which the ticket-service must know or which is audited:
 * publishes the new state of what changed and appends to the audit. It locks the two heads in one order and holds them
 * until the commit, so that sequence numbers are in the order of the commits and no reader sees a gap that fills later.
 * Where the account's owner has to be told of a deed, the mail is left to the outbox.
 */
export async function recordChange(tx: Transaction, { changed = [], deed = null }: Change): Promise<void> {
  if (deed !== null) await leaveNotice(tx, deed)
  if (changed.length > 0) await publish(tx, changed)
  if (deed !== null) await audit(tx, deed)
}

async function leaveNotice(tx: Transaction, { action, subject, actor: { address } }: Deed): Promise<void> {
  const userId = Number(/^user:(\d+)$/.exec(subject)?.[1])
  if (sentenceOf(action) === null || Number.isNaN(userId)) return
  await tx.$executeRaw`INSERT INTO outbox_jobs (kind, subject)
    VALUES (${noticeJob(action)}, ${noticeSubject({ userId, at: new Date(), address })})
    ON DUPLICATE KEY UPDATE kind = kind`
}

async function publish(tx: Transaction, changed: readonly Changed[]): Promise<void> {
  const head = await lockHead(tx, 'feed')
  let seq = BigInt(head.seq)
  for (const thing of changed) {
    seq += 1n
    const { data, expiresAt } = await readFeedState(tx, thing)
    const payload = data === null ? null : JSON.stringify(data)
    await tx.$executeRaw`REPLACE INTO feed_entries (entity, entity_id, seq, payload, expires_at)
      VALUES (${thing.entity}, ${String(thing.id)}, ${seq}, ${payload}, ${expiresAt})`
  }
  await tx.$executeRaw`UPDATE ledger_heads SET seq = ${seq} WHERE name = 'feed'`
}

async function audit(tx: Transaction, { actor, details, ...deed }: Deed): Promise<void> {
  const head = await lockHead(tx, 'audit')
  const entry: AuditEntry = {
    seq: Number(head.seq) + 1,
    at: new Date(),
    ...deed,
    actorId: actor.id,
    actor: actor.name,
    address: actor.address,
    requestId: actor.requestId,
    details: details === undefined ? null : canonicalJson(details),
    previousHash: head.mark,
  }
  const hash = auditHash(entry)
  await tx.auditEntry.create({ data: { ...entry, hash } })
  await tx.$executeRaw`UPDATE ledger_heads SET seq = ${entry.seq}, mark = ${hash} WHERE name = 'audit'`
}

/** SHA-256 over every field of an entry, the hash of the one before among them. */
export function auditHash({ at, ...entry }: AuditEntry): string {
  return createHash('sha256')
    .update(canonicalJson({ ...entry, at: at.toISOString() }))
    .digest('hex')
}

async function lockHead(tx: Transaction, name: 'feed' | 'audit'): Promise<Head> {
  const [head] = await tx.$queryRaw<
    Head[]
  >`SELECT seq, mark FROM ledger_heads WHERE name = ${name} FOR UPDATE`
  if (head === undefined) throw new Error(`ledger_heads lacks ${name}`)
  return head
}
