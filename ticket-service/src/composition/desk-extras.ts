import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool } from '@werk/shared/database/pool'
import { appendAudit } from '../audit/audit.repository.ts'
import { registerBulkRoutes } from '../bulk/bulk.routes.ts'
import { createUpdateTickets } from '../bulk/update-tickets.ts'
import { createCannedRepliesRepository } from '../canned-replies/canned-replies.repository.ts'
import { registerCannedReplyRoutes } from '../canned-replies/canned-replies.routes.ts'
import {
  createAddCannedReply,
  createChangeCannedReply,
  createRemoveCannedReply,
} from '../canned-replies/change-canned-replies.ts'
import { createPreviewCannedReply } from '../canned-replies/preview-canned-reply.ts'
import { createGetCannedReply, createListCannedReplies } from '../canned-replies/read-canned-replies.ts'
import { createFindRequesterName } from '../canned-replies/requester-names.repository.ts'
import { createExportTickets } from '../exports/export-tickets.ts'
import { registerExportRoutes } from '../exports/exports.routes.ts'
import { createChangePair } from '../links/change-pair.ts'
import { createLinkTickets, createWriteLink } from '../links/link-tickets.ts'
import { createLinksRepository } from '../links/links.repository.ts'
import { registerLinkRoutes } from '../links/links.routes.ts'
import { createListLinks } from '../links/list-links.ts'
import { createUnlinkTickets } from '../links/unlink-tickets.ts'
import { createMergeTickets } from '../merging/merge-tickets.ts'
import { registerMergeRoutes } from '../merging/merging.routes.ts'
import { findRequester } from '../merging/requesters.repository.ts'
import { createEndRating } from '../ratings/end-rating.ts'
import { createRateTicket } from '../ratings/rate-ticket.ts'
import { createRatingsRepository } from '../ratings/ratings.repository.ts'
import { registerRatingRoutes } from '../ratings/ratings.routes.ts'
import { createGetRating, createSummarizeRatings } from '../ratings/read-ratings.ts'
import { findMentionable } from '../replies/mentionable.repository.ts'
import { createCountTags, createListTags } from '../tags/list-tags.ts'
import { createJudgeTags, createSetTags } from '../tags/set-tags.ts'
import { createTagsRepository } from '../tags/tags.repository.ts'
import { registerTagRoutes } from '../tags/tags.routes.ts'
import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import type { ListDeskTickets } from '../tickets/list-desk-tickets.ts'
import type { TellOthers } from '../tickets/ticket-event.ts'
import type { UpdateTicket } from '../tickets/update-ticket.ts'
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
  helpDesk: { getTicket: GetDeskTicket; listTickets: ListDeskTickets; updateTicket: UpdateTicket }
  clock: { now(): Date }
}

/** What is also expected of a help desk, a folder each. */
export function composeDeskExtras(parts: Parts) {
  return {
    register(authenticate: Authenticate): void {
      registerWatchers(parts, authenticate)
      registerTagsAndBulk(parts, authenticate)
      registerLinksAndMerging(parts, authenticate)
      registerRatings(parts, authenticate)
      registerExport(parts, authenticate)
      registerCannedReplies(parts, authenticate)
    },
  }
}

/** What follows here from what happens to tickets, before others are told of it. */
export function withConsequences(pool: Pool, tellOthers: TellOthers): TellOthers {
  const endRating = createEndRating({ ratings: createRatingsRepository(pool) })
  return async (tx, event) => {
    await endRating(tx, event)
    await tellOthers(tx, event)
  }
}

function registerWatchers({ app, pool, desk, helpDesk, clock }: Parts, authenticate: Authenticate): void {
  const { getTicket } = helpDesk
  const needs = { ...desk, getTicket, watchers: createWatchersRepository(pool), findMentionable }
  registerWatcherRoutes(app, {
    ...{ authenticate, clock },
    listWatchers: createListWatchers(needs),
    watchTicket: createWatchTicket(needs),
    unwatchTicket: createUnwatchTicket(needs),
  })
}

function registerTagsAndBulk({ app, pool, desk, helpDesk, clock }: Parts, authenticate: Authenticate): void {
  const { getTicket, updateTicket } = helpDesk
  const tags = createTagsRepository(pool)
  const judgeTags = createJudgeTags({ tags })
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
}

function registerLinksAndMerging({ app, pool, desk, helpDesk, clock }: Parts, authenticate: Authenticate) {
  const { getTicket } = helpDesk
  const links = createLinksRepository(pool)
  const [changePair, writeLink] = [createChangePair(desk), createWriteLink({ links })]
  registerLinkRoutes(app, {
    ...{ authenticate, clock },
    linkTickets: createLinkTickets({ changePair, writeLink, links }),
    listLinks: createListLinks({ getTicket, links }),
    unlinkTickets: createUnlinkTickets({ ...desk, getTicket, links, changePair }),
  })
  const watchers = createWatchersRepository(pool)
  const mergeTickets = createMergeTickets({
    ...{ changePair, writeLink, watchers, findMentionable, findRequester },
  })
  registerMergeRoutes(app, { authenticate, mergeTickets, clock })
}

function registerRatings({ app, pool, desk, helpDesk, clock }: Parts, authenticate: Authenticate): void {
  const ratings = createRatingsRepository(pool)
  registerRatingRoutes(app, {
    ...{ authenticate, clock },
    rateTicket: createRateTicket({ ...desk, ratings }),
    getRating: createGetRating({ ...helpDesk, ratings }),
    summarizeRatings: createSummarizeRatings({ ratings }),
  })
}

function registerExport({ app, pool, helpDesk, clock }: Parts, authenticate: Authenticate): void {
  const exportTickets = createExportTickets({ ...helpDesk, tags: createTagsRepository(pool) })
  registerExportRoutes(app, { authenticate, exportTickets, clock })
}

function registerCannedReplies({ app, pool, desk, helpDesk, clock }: Parts, authenticate: Authenticate) {
  const { transaction } = desk
  const cannedReplies = createCannedRepliesRepository(pool)
  const getCannedReply = createGetCannedReply({ cannedReplies })
  const toChange = { transaction, cannedReplies, appendAudit }
  registerCannedReplyRoutes(app, {
    ...{ authenticate, clock, getCannedReply },
    listCannedReplies: createListCannedReplies({ cannedReplies }),
    addCannedReply: createAddCannedReply(toChange),
    changeCannedReply: createChangeCannedReply(toChange),
    removeCannedReply: createRemoveCannedReply(toChange),
    previewCannedReply: createPreviewCannedReply({
      ...{ ...helpDesk, getCannedReply },
      findRequesterName: createFindRequesterName(pool),
    }),
  })
}
