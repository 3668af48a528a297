import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool } from '@werk/shared/database/pool'
import { registerBulkRoutes } from '../bulk/bulk.routes.ts'
import { createUpdateTickets } from '../bulk/update-tickets.ts'
import { findMentionable } from '../replies/mentionable.repository.ts'
import { createCountTags, createListTags } from '../tags/list-tags.ts'
import { createJudgeTags, createSetTags } from '../tags/set-tags.ts'
import { createTagsRepository } from '../tags/tags.repository.ts'
import { registerTagRoutes } from '../tags/tags.routes.ts'
import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import type { TellOthers } from '../tickets/ticket-event.ts'
import type { UpdateTicket } from '../tickets/update-ticket.ts'
import { createEndBlindWatching } from '../watchers/end-blind-watching.ts'
import { createListWatchers } from '../watchers/list-watchers.ts'
import { createUnwatchTicket } from '../watchers/unwatch-ticket.ts'
import { createWatchTicket } from '../watchers/watch-ticket.ts'
import { createWatchersRepository } from '../watchers/watchers.repository.ts'
import { registerWatcherRoutes } from '../watchers/watchers.routes.ts'
import type { DeskParts } from './desk-parts.ts'

type Parts = {
  app: App
  pool: Pool
  desk: DeskParts
  helpDesk: { getTicket: GetDeskTicket; updateTicket: UpdateTicket }
  clock: { now(): Date }
}

/** What is also expected of a help desk: watchers, tags, bulk changes. */
export function composeDeskExtras({ app, pool, desk, helpDesk, clock }: Parts) {
  const { getTicket, updateTicket } = helpDesk
  const watchers = createWatchersRepository(pool)
  const tags = createTagsRepository(pool)
  const judgeTags = createJudgeTags({ tags })
  return {
    register(authenticate: Authenticate): void {
      const ofWatchers = { ...desk, getTicket, watchers, findMentionable }
      registerWatcherRoutes(app, {
        ...{ authenticate, clock },
        listWatchers: createListWatchers(ofWatchers),
        watchTicket: createWatchTicket(ofWatchers),
        unwatchTicket: createUnwatchTicket(ofWatchers),
      })
      registerTagRoutes(app, {
        ...{ authenticate, clock },
        setTags: createSetTags({ ...desk, judgeTags }),
        listTags: createListTags({ getTicket, tags }),
        countTags: createCountTags({ tags }),
      })
      registerBulkRoutes(app, {
        ...{ authenticate, clock },
        updateTickets: createUpdateTickets({ updateTicket, judgeTags, logger: app.log }),
      })
    },
  }
}

/** What follows here from what happens to tickets, before others are told of it. */
export function withConsequences(pool: Pool, tellOthers: TellOthers): TellOthers {
  const watchers = createWatchersRepository(pool)
  const endBlindWatching = createEndBlindWatching({ watchers, findMentionable })
  return async (tx, event) => {
    await endBlindWatching(tx, event)
    await tellOthers(tx, event)
  }
}
