import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool } from '@werk/shared/database/pool'
import { findMentionable } from '../replies/mentionable.repository.ts'
import { createCountTags, createListTags } from '../tags/list-tags.ts'
import { createJudgeTags, createSetTags } from '../tags/set-tags.ts'
import { createTagsRepository } from '../tags/tags.repository.ts'
import { registerTagRoutes } from '../tags/tags.routes.ts'
import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import type { TellOthers } from '../tickets/ticket-event.ts'
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
  helpDesk: { getTicket: GetDeskTicket }
  clock: { now(): Date }
}

/** What is also expected of a help desk: watchers, tags. */
export function composeDeskExtras({ app, pool, desk, helpDesk, clock }: Parts) {
  const { getTicket } = helpDesk
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
