import type { PoolConnection } from '@werk/shared/database/pool'
import type { DeskTicket } from '../tickets/desk-ticket.ts'

/** The account of whoever raised a ticket; null where nobody is known by that name. */
export type FindRequester = (
  tx: PoolConnection,
  ticket: Pick<DeskTicket, 'tenantId' | 'userId' | 'creatorKey'>,
) => Promise<number | null>

/** Of the table `directory_users`. */
export const findRequester: FindRequester = async (tx, { tenantId, userId, creatorKey }) => {
  if (userId !== null || creatorKey === '') return userId
  const [row] = await tx.execute<{ id: number }[]>(
    'SELECT id FROM directory_users WHERE login_key = ? AND tenant_id = ? AND active ORDER BY id LIMIT 1',
    [creatorKey, tenantId],
  )
  return row?.id ?? null
}
