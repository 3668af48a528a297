import { type Page, type Position, pageOf } from '../paging/position.ts'
import { cannedReplyNotFound } from './canned-replies.errors.ts'
import type { CannedRepliesRepository } from './canned-replies.repository.ts'
import type { CannedReply } from './canned-reply.ts'

/** @throws AppError canned_reply.not_found */
export type GetCannedReply = (tenantId: number, id: string) => Promise<CannedReply>

/** A page of a tenant's, in the order in which they were made. */
export type ListCannedReplies = (
  tenantId: number,
  page: { position: Position; limit: number },
) => Promise<Page<CannedReply>>

type Needs<K extends keyof CannedRepliesRepository> = { cannedReplies: Pick<CannedRepliesRepository, K> }

export function createGetCannedReply({ cannedReplies }: Needs<'find'>): GetCannedReply {
  return async (tenantId, id) => {
    const reply = await cannedReplies.find(tenantId, id)
    if (reply === null) throw cannedReplyNotFound()
    return reply
  }
}

export function createListCannedReplies({ cannedReplies }: Needs<'list'>): ListCannedReplies {
  return async (tenantId, { position, limit }) =>
    pageOf(await cannedReplies.list(tenantId, position, limit + 1), position, limit)
}
