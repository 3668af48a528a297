import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { ClaimUpload } from '../attachments/claim-upload.ts'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import { type SlaTerms, startSla } from '../sla/sla-clock.ts'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import type { DeskTicket } from './desk-ticket.ts'
import type { DeskTicketsRepository } from './desk-tickets.repository.ts'
import { type By, ticketOfEvent } from './record-change.ts'
import type { NewTicket } from './ticket.ts'
import type { TellOthers } from './ticket-event.ts'
import type { TicketCategory, TicketPriority } from './ticket-kinds.ts'
import { ticketScopeOf, worksOn } from './ticket-policy.ts'
import { notAMember, onlyStaffNamesMembers } from './tickets.errors.ts'

export type RaisedTicket = {
  title: string
  description: string
  category: TicketCategory
  priority: TicketPriority
  attachmentUrl: string | null
  /** Whom it is about; null: whoever raises it. Only staff names somebody else. */
  memberId: number | null
}

export type RaiseCommand = {
  caller: Principal
  tenantId: number
  wanted: RaisedTicket
  by: By
  /** Further rows of the same transaction. */
  also?: (tx: PoolConnection, ticket: DeskTicket) => Promise<void>
}

/** @throws AppError ticket.forbidden, ticket.invalid, attachment.* */
export type RaiseTicket = (command: RaiseCommand) => Promise<DeskTicket>

/** Whose ticket it is. */
export type Requester = {
  /** The account; null for a token without one. */
  userId: number | null
  login: string
  /** The user in InvGate. */
  invgateId: number | null
}

/**
 * Writes a ticket that was raised with all that follows from it, within a transaction.
 * @throws AppError attachment.*
 */
export type WriteTicket = (
  tx: PoolConnection,
  ticket: NewTicket,
  by: By,
  also?: RaiseCommand['also'],
) => Promise<DeskTicket>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  tickets: Pick<DeskTicketsRepository, 'isMember'>
  findSlaTerms: FindSlaTerms
  writeTicket: WriteTicket
}

/** Raises a ticket here; InvGate is told of it later. */
export function createRaiseTicket({ transaction, tickets, findSlaTerms, writeTicket }: Needs): RaiseTicket {
  return async ({ caller, tenantId, wanted, by, also }) => {
    const { memberId } = wanted
    const isOthers = memberId !== null && memberId !== caller.uid
    const terms = await findSlaTerms(tenantId, wanted.category)
    const requester = { userId: caller.uid, login: loginNameOf(caller), invgateId: caller.invgateId }
    const ticket = newTicketOf({ requester, tenantId, wanted, terms, at: by.at })
    if (isOthers && !worksOn(ticketScopeOf(caller, tenantId), ticket)) throw onlyStaffNamesMembers()
    return transaction(async (tx) => {
      if (isOthers && !(await tickets.isMember(tx, tenantId, memberId))) throw notAMember()
      return writeTicket(tx, ticket, by, also)
    })
  }
}

type WriteNeeds = {
  tickets: Pick<DeskTicketsRepository, 'insert'>
  intents: Pick<IntentsRepository, 'insertLocal'>
  claimUpload: ClaimUpload
  tellOthers: TellOthers
}

/**
 * That InvGate shall have the ticket too is written down in the same transaction, as an intent that the workers send:
 * InvGate may be away, and the ticket is raised all the same.
 */
export function createWriteTicket({ tickets, intents, claimUpload, tellOthers }: WriteNeeds): WriteTicket {
  return async (tx, ticket, by, also) => {
    const { id, tenantId, creatorKey, userId, attachmentUrl, category, priority } = ticket
    const owner = { callerKey: creatorKey, callerUid: userId }
    await tickets.insert(tx, ticket)
    const upload =
      attachmentUrl === null
        ? null
        : await claimUpload(tx, { tenantId, ...owner, attachmentUrl, ticketId: id, replyId: null })
    await intents.insertLocal(tx, {
      id,
      draft: {
        ticket,
        files: upload === null ? [] : [{ ...upload, path: '' }],
        local: { category, priority, hasPeople: ticket.creatorId !== nobody },
      },
    })
    const raised = toDeskTicket(ticket)
    await also?.(tx, raised)
    await tellOthers(tx, { ticket: ticketOfEvent(raised), ...by, kind: 'ticket.created' })
    return raised
  }
}

type NewTicketParts = {
  requester: Requester
  tenantId: number
  wanted: RaisedTicket
  /** What counts for its category now. */
  terms: SlaTerms
  at: Date
}

/** A ticket as it is first written. InvGate's ids are found when it is sent. */
export function newTicketOf({ requester, tenantId, wanted, terms, at }: NewTicketParts): NewTicket {
  const { userId, login, invgateId } = requester
  const person = invgateId ?? nobody
  // By name: what else a caller's object may hold must not become a column.
  const { title, description, category, priority, attachmentUrl, memberId } = wanted
  return {
    ...({ id: uuidv7(), tenantId, invGateId: null, origin: 'here', status: 'open' } as const),
    ...{ userId, creatorEmail: login, creatorKey: foldLoginName(login), agentId: null },
    ...{ sourceId: 0, creatorId: person, customerId: person, categoryId: 0, typeId: 0, priorityId: 0 },
    ...{ createdAt: at, updatedAt: at, syncedAt: at, closedAt: null },
    ...{ assignedId: null, assignedGroupId: null, invGateStatusId: null },
    ...{ title, description, category, priority, attachmentUrl, memberId: memberId ?? userId },
    sla: startSla(terms, at),
  }
}

/** In place of a user of InvGate's who is not known yet. */
const nobody = 0

function toDeskTicket(ticket: NewTicket): DeskTicket {
  return { ...ticket, waitingSince: null, mergedInto: null, version: 1 }
}
