import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { Deed } from '../audit/audit.repository.ts'
import type { By } from '../tickets/record-change.ts'
import { cannedReplyNotFound, nameTaken } from './canned-replies.errors.ts'
import type { CannedRepliesRepository } from './canned-replies.repository.ts'
import type { CannedReply } from './canned-reply.ts'

type Operation = { tenantId: number; by: By }
type Text = Pick<CannedReply, 'name' | 'body'>

/** @throws AppError canned_reply.taken */
export type AddCannedReply = (operation: Operation & { text: Text }) => Promise<CannedReply>

/** What is left out stays as it is. @throws AppError canned_reply.not_found, canned_reply.taken */
export type ChangeCannedReply = (
  operation: Operation & { id: string; text: { [K in keyof Text]?: Text[K] | undefined } },
) => Promise<CannedReply>

/** @throws AppError canned_reply.not_found */
export type RemoveCannedReply = (operation: Operation & { id: string }) => Promise<void>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  cannedReplies: CannedRepliesRepository
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
}

export function createAddCannedReply({ transaction, cannedReplies, appendAudit }: Needs): AddCannedReply {
  return ({ tenantId, by, text: { name, body } }) =>
    transaction(async (tx) => {
      const times = { createdAt: by.at, updatedAt: by.at }
      const reply = { id: uuidv7(), tenantId, name: name.trim(), body, ...times }
      if (!(await cannedReplies.insert(tx, reply))) throw nameTaken()
      await appendAudit(tx, deedOf('added', reply, by, { name: reply.name }))
      return reply
    })
}

export function createChangeCannedReply({
  transaction,
  cannedReplies,
  appendAudit,
}: Needs): ChangeCannedReply {
  return ({ tenantId, by, id, text }) =>
    transaction(async (tx) => {
      const before = await cannedReplies.lock(tx, tenantId, id)
      if (before === null) throw cannedReplyNotFound()
      const name = text.name === undefined ? before.name : text.name.trim()
      const body = text.body ?? before.body
      if (name === before.name && body === before.body) return before
      const reply = { ...before, name, body, updatedAt: by.at }
      if (!(await cannedReplies.update(tx, reply))) throw nameTaken()
      const details = { name: [before.name, name], body_changed: body !== before.body }
      await appendAudit(tx, deedOf('changed', reply, by, details))
      return reply
    })
}

export function createRemoveCannedReply({
  transaction,
  cannedReplies,
  appendAudit,
}: Needs): RemoveCannedReply {
  return ({ tenantId, by, id }) =>
    transaction(async (tx) => {
      const reply = await cannedReplies.lock(tx, tenantId, id)
      if (reply === null) throw cannedReplyNotFound()
      await cannedReplies.remove(tx, id)
      await appendAudit(tx, deedOf('removed', reply, by, { name: reply.name }))
    })
}

function deedOf(what: string, { id, tenantId }: CannedReply, by: By, details: Deed['details']): Deed {
  return { tenantId, ...by, action: `canned_reply.${what}`, subject: `canned_reply:${id}`, details }
}
