import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { InvGateClient } from '@werk/shared/invgate/client'
import { createActivitiesRepository } from '../activities/activities.repository.ts'
import { appendAudit } from '../audit/audit.repository.ts'
import type { Config } from '../config.ts'
import { createFindMapping } from '../mirror/find-mapping.ts'
import { createMappingsRepository, type MappingFailure } from '../mirror/mappings.repository.ts'
import { createMirrorJobsRepository } from '../mirror/mirror-jobs.repository.ts'
import { createPeopleDirectory, findAuthor } from '../mirror/people.repository.ts'
import { createFindPerson } from '../mirror/people.ts'
import { createRepliesRepository } from '../replies/replies.repository.ts'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import { createMirrorRepository } from '../sync/mirror.repository.ts'
import { createTakeOver, invgateActor } from '../sync/take-over.ts'
import { createTakeOverComments } from '../sync/take-over-comments.ts'
import { createChangeTicket } from '../tickets/change-ticket.ts'
import { createDescribeTicket } from '../tickets/describe-ticket.ts'
import { createDeskTicketsRepository } from '../tickets/desk-tickets.repository.ts'
import { createRecordChange } from '../tickets/record-change.ts'
import type { NewTicket } from '../tickets/ticket.ts'
import type { Actor, TellOthers } from '../tickets/ticket-event.ts'
import type { StatusMap } from '../tickets/ticket-status.ts'
import { installationMapping } from './installation-mapping.ts'

type Needs = {
  config: Config
  pool: Pool
  invgate: InvGateClient
  statusOf: StatusMap
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  findSlaTerms: FindSlaTerms
  tellOthers: TellOthers
  clock: { now(): Date }
}

export type DeskParts = ReturnType<typeof composeDeskParts>

/** What every way to raise or change a ticket goes through, whichever dialect or direction it comes from. */
export function composeDeskParts(needs: Needs) {
  const { config, pool, invgate, statusOf, transaction, findSlaTerms, tellOthers, clock } = needs
  const tickets = createDeskTicketsRepository(pool)
  const activities = createActivitiesRepository(pool)
  const replies = createRepliesRepository(pool)
  const mirrorJobs = createMirrorJobsRepository(pool)
  const mappings = createMappingsRepository(pool)
  const mirror = createMirrorRepository(pool)
  const directory = createPeopleDirectory(pool)
  const findMapping = createFindMapping({ mappings, byDefault: installationMapping(config), statusOf, clock })
  const noteFailure = (tenantId: number, failure: MappingFailure) =>
    mappings.noteFailure(tenantId, failure, clock.now())
  const recordChange = createRecordChange({ tickets, activities, appendAudit, mirrorJobs, tellOthers })
  const takeOver = createTakeOver({
    ...{
      transaction,
      mirror,
      mirrorJobs,
      recordChange,
      findMapping,
      findSlaTerms,
      directory,
      clock,
    },
    deskTickets: tickets,
    takeOverComments: createTakeOverComments({ replies, recordChange, findAuthor }),
  })
  return {
    ...{ transaction, tickets, activities, replies, mirrorJobs, mappings, mirror, directory, findMapping },
    ...{ noteFailure, recordChange, takeOver, findSlaTerms, tellOthers },
    changeTicket: createChangeTicket({ transaction, tickets, recordChange, findSlaTerms }),
    describeTicket: createDescribeTicket({ findMapping, findSlaTerms, directory }),
    findPerson: createFindPerson({ directory, findMapping, invgate }),
    /** Of a ticket that came by InvGate's terms and is here now. */
    tellOfNew: (tx: PoolConnection, ticket: NewTicket) =>
      tellOthers(tx, {
        kind: 'ticket.created',
        actor: raiserOf(ticket),
        at: ticket.createdAt,
        ticket: eventOf(ticket),
      }),
  }
}

function raiserOf({ origin, userId, creatorKey, creatorEmail }: NewTicket): Actor {
  if (origin === 'invgate') return invgateActor
  return { kind: 'person', id: userId, key: creatorKey, name: creatorEmail, address: null, requestId: null }
}

function eventOf({
  id,
  tenantId,
  title,
  status,
  priority,
  category,
  userId,
  creatorKey,
  agentId,
}: NewTicket) {
  const level = { escalationLevel: 0 }
  return { id, tenantId, title, status, priority, category, userId, creatorKey, agentId, ...level }
}
