import { createHash } from 'node:crypto'
import { type PoolConnection, together } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { ActivitiesRepository } from '../activities/activities.repository.ts'
import type { FieldValuesRepository } from '../custom-fields/field-values.repository.ts'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import type { MirrorJobsRepository } from '../mirror/mirror-jobs.repository.ts'
import { type SlaTerms, startSla, stopSla } from '../sla/sla-clock.ts'
import type { TagsRepository } from '../tags/tags.repository.ts'
import type { DeskTicketsRepository } from '../tickets/desk-tickets.repository.ts'
import { newTicketOf } from '../tickets/raise-ticket.ts'
import type { By } from '../tickets/record-change.ts'
import type { NewTicket } from '../tickets/ticket.ts'
import type { TicketCategory } from '../tickets/ticket-kinds.ts'
import { isAtWork } from '../tickets/ticket-life.ts'
import type { ImportedTicket } from './imported-ticket.ts'
import type { ImportsRepository } from './imports.repository.ts'

export type ImportInto = {
  tenantId: number
  by: By
  /** Whether InvGate gets them too. */
  mirror: boolean
  /** What counts for a category now. */
  termsOf: (category: TicketCategory) => SlaTerms
}

/** Writes rows as tickets, with all that is theirs, within a transaction. */
export type WriteImported = (
  tx: PoolConnection,
  rows: readonly ImportedTicket[],
  into: ImportInto,
) => Promise<void>

type Needs = {
  tickets: Pick<DeskTicketsRepository, 'insert'>
  activities: Pick<ActivitiesRepository, 'insert'>
  imports: Pick<ImportsRepository, 'insert'>
  tags: Pick<TagsRepository, 'add'>
  fieldValues: Pick<FieldValuesRepository, 'put'>
  intents: Pick<IntentsRepository, 'insertLocal'>
  mirrorJobs: Pick<MirrorJobsRepository, 'add'>
}

/** A statement says so many values at most, of 12 KB each. */
const valuesAtOnce = 200

export function createWriteImported(needs: Needs): WriteImported {
  const { tickets, activities, imports, tags, fieldValues, intents, mirrorJobs } = needs

  const tellInvGate = async (tx: PoolConnection, ticket: NewTicket) => {
    const { id, category, priority, status, agentId } = ticket
    await intents.insertLocal(tx, {
      id,
      draft: { ticket, files: [], local: { category, priority, hasPeople: false } },
    })
    // It is raised there as new, and becomes what it is.
    if (status !== 'open' || agentId !== null) await mirrorJobs.add(tx, id, [{ kind: 'state' }])
  }

  return async (tx, rows, into) => {
    const { tenantId, by, mirror } = into
    const made = rows.map((row) => ({ row, ticket: toTicket(row, into) }))
    // First of all, for the rest refers to them.
    await together(made.map(({ ticket }) => tickets.insert(tx, ticket)))
    await together(
      made.flatMap(({ row: { externalId, tags: its }, ticket }) => [
        imports.insert(tx, tenantId, externalId, ticket.id),
        activities.insert(tx, activityOf(externalId, ticket, by)),
        tags.add(tx, ticket, its),
      ]),
    )
    const values = made.flatMap(({ row, ticket }) =>
      row.values.map((value) => ({ ticketId: ticket.id, ...value })),
    )
    for (let at = 0; at < values.length; at += valuesAtOnce)
      await fieldValues.put(tx, values.slice(at, at + valuesAtOnce))
    if (mirror) for (const { ticket } of made) await tellInvGate(tx, ticket)
  }
}

/** Its SLA starts now, and runs only if somebody is expected to act: what is over is never late. */
function toTicket(row: ImportedTicket, { tenantId, by, termsOf }: ImportInto): NewTicket {
  const { externalId, title, description, category, priority, status, agentId, createdAt, closedAt } = row
  const sla = startSla(termsOf(category), by.at)
  const wanted = { title, description, category, priority, attachmentUrl: null, memberId: null }
  const requester = { userId: row.creatorId, login: row.creator, invgateId: null }
  return {
    ...newTicketOf({ requester, tenantId, wanted, terms: termsOf(category), at: createdAt }),
    ...{ id: ticketIdOf(tenantId, externalId, createdAt), status, agentId, closedAt },
    ...{ updatedAt: closedAt ?? createdAt, syncedAt: by.at },
    sla: isAtWork(status) ? sla : stopSla(sla, by.at),
  }
}

function activityOf(externalId: string, { id: ticketId }: NewTicket, { actor, at }: By) {
  return {
    ...{ id: uuidv7(), ticketId, actorId: actor.id, actorName: actor.name, action: 'imported' },
    ...{ message: externalId, internal: true, createdAt: at },
  }
}

/** A UUIDv7 of the time it was raised, so that lists are in the order of time; the same for whoever imports the row again. */
function ticketIdOf(tenantId: number, externalId: string, createdAt: Date): string {
  const random = createHash('sha256').update(`import:${tenantId}:${externalId}`).digest().subarray(0, 16)
  return uuidv7({ msecs: createdAt.getTime(), random, seq: random.readUInt32BE(12) })
}
