import { AppError } from '@werk/shared/errors/app-error'
import { foldTags, type JudgeTags } from '../tags/set-tags.ts'
import type { By } from '../tickets/record-change.ts'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import type { TicketUpdate, UpdateTicket } from '../tickets/update-ticket.ts'
import { nothingToChange, notKnown, notTried } from './bulk.errors.ts'

/** What is left out stays as it is. */
export type BulkUpdate = Pick<TicketUpdate, 'status' | 'agentId'> & {
  /** As somebody wrote them; they replace those that a ticket has. */
  tags?: readonly string[] | undefined
}

/** How it went with one ticket; null: it is now as was asked for. */
export type BulkResult = { id: string; failure: AppError | null }

/**
 * Changes tickets one after another, each by itself: wholly or, where the caller may not do all of it, not at all.
 * @returns one result a ticket, in the order in which they are first named
 * @throws AppError bulk.required, tag.invalid
 */
export type UpdateTickets = (command: {
  scope: TicketScope
  by: By
  ids: readonly string[]
  update: BulkUpdate
}) => Promise<BulkResult[]>

type Needs = {
  updateTicket: UpdateTicket
  judgeTags: JudgeTags
  logger: { error(fields: object, message: string): void }
}

export function createUpdateTickets({ updateTicket, judgeTags, logger }: Needs): UpdateTickets {
  return async ({ scope, by, ids, update: { tags: typed, ...update } }) => {
    const tags = typed === undefined ? null : foldTags(typed)
    if (tags === null && update.status === undefined && update.agentId === undefined) throw nothingToChange()

    const changeOne = async (id: string): Promise<AppError | null> => {
      try {
        const target = { scope, id, ifMatch: null }
        await updateTicket(target, by, update, async (ticket, tx) =>
          tags === null ? [] : judgeTags(tx, ticket, scope, tags),
        )
        return null
      } catch (error) {
        if (error instanceof AppError) return error
        logger.error({ err: error, ticket_id: id }, 'a ticket of a bulk change failed')
        return notKnown(error)
      }
    }

    const results: BulkResult[] = []
    for (const id of new Set(ids)) {
      // What is wrong on our side is mostly the database, and would be so for the others, each after a time-out.
      const isBroken = results.at(-1)?.failure?.code.startsWith('bulk.') === true
      results.push({ id, failure: isBroken ? notTried() : await changeOne(id) })
    }
    return results
  }
}
