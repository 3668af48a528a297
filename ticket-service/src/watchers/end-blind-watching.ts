import type { FindMentionable } from '../replies/mentionable.ts'
import type { TellOthers } from '../tickets/ticket-event.ts'
import type { WatchersRepository } from './watchers.repository.ts'

type Needs = { watchers: Pick<WatchersRepository, 'listIds' | 'remove'>; findMentionable: FindMentionable }

/**
 * Watching grants no sight: whoever may not see a ticket any more, because it went to another agent, watches it no more,
 * in the same transaction and before anybody is told of it.
 */
export function createEndBlindWatching({ watchers, findMentionable }: Needs): TellOthers {
  return async (tx, { kind, ticket }) => {
    if (kind !== 'ticket.assigned') return
    const watching = await watchers.listIds(tx, ticket.id)
    if (watching.length === 0) return
    const seeing = await findMentionable(tx, ticket, watching, false)
    await watchers.remove(
      tx,
      ticket.id,
      watching.filter((id) => !seeing.includes(id)),
    )
  }
}
