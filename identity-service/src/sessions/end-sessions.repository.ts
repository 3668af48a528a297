import type { Changed } from '../infrastructure/feed-state.ts'
import type { Transaction } from '../infrastructure/record-change.ts'
import type { EndReason } from './session.ts'

export type WhichSessions = { userId: number; only?: string; except?: string }

/**
 * Ends an account's sessions, all or as `only` and `except` say, in the transaction of the cause.
 * @returns what `recordChange` has to publish
 */
export async function endSessions(
  tx: Transaction,
  { userId, only, except }: WhichSessions,
  reason: EndReason,
): Promise<Changed[]> {
  await lockAccount(tx, userId, only === undefined)
  const ended = await tx.session.findMany({
    where: {
      userId,
      endedAt: null,
      expiresAt: { gt: new Date() },
      ...(only !== undefined && { id: only }),
      ...(except !== undefined && { id: { not: except } }),
    },
    select: { id: true },
  })
  const ids = ended.map(({ id }) => id)
  if (ids.length === 0) return []
  await tx.session.updateMany({
    where: { id: { in: ids }, endedAt: null },
    data: { endedAt: new Date(), endReason: reason },
  })
  return ids.map((id) => ({ entity: 'ended_session', id }))
}

/** Who ends or opens sessions of an account comes one after the other, and a log-in that is under way opens none after an end of all. */
function lockAccount(tx: Transaction, userId: number, endsAll: boolean): Promise<unknown> {
  return endsAll
    ? tx.$executeRaw`UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ${userId}`
    : tx.$queryRaw`SELECT id FROM users WHERE id = ${userId} FOR UPDATE`
}
