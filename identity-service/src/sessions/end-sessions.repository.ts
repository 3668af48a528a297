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
