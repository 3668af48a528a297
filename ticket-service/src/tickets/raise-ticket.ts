import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { ClaimUpload } from '../attachments/claim-upload.ts'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import { startSla } from '../sla/sla-clock.ts'
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

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  tickets: DeskTicketsRepository
  intents: Pick<IntentsRepository, 'insertLocal'>
  findSlaTerms: FindSlaTerms
  claimUpload: ClaimUpload
  tellOthers: TellOthers
}

/**
 * Raises a ticket here. That InvGate shall have it too is written down in the same transaction, as an intent that the
 * workers send: InvGate may be away, and the ticket is raised all the same.
 */
export function createRaiseTicket(needs: Needs): RaiseTicket {
  const { transaction, tickets, intents, findSlaTerms, claimUpload, tellOthers } = needs

  return async ({ caller, tenantId, wanted, by, also }) => {
    const { memberId, attachmentUrl } = wanted
    const isOthers = memberId !== null && memberId !== caller.uid
    const terms = await findSlaTerms(tenantId, wanted.category)
    const ticket: NewTicket = {
      ...bare(caller, tenantId, by.at),
      ...wanted,
      memberId: memberId ?? caller.uid,
      sla: startSla(terms, by.at),
    }
    if (isOthers && !worksOn(ticketScopeOf(caller, tenantId), ticket)) throw onlyStaffNamesMembers()
    return transaction(async (tx) => {
      if (isOthers && !(await tickets.isMember(tx, tenantId, memberId))) throw notAMember()
      await tickets.insert(tx, ticket)
      const upload =
        attachmentUrl === null
          ? null
          : await claimUpload(tx, {
              ...{
                tenantId,
                callerKey: ticket.creatorKey,
                attachmentUrl,
                ticketId: ticket.id,
                replyId: null,
              },
            })
      await intents.insertLocal(tx, {
        id: ticket.id,
        draft: {
          ticket,
          files: upload === null ? [] : [{ ...upload, path: '' }],
          local: { ...wanted, hasPeople: caller.invgateId !== null },
        },
      })
      const raised = toDeskTicket(ticket)
      await also?.(tx, raised)
      await tellOthers(tx, { ticket: ticketOfEvent(raised), ...by, kind: 'ticket.created' })
      return raised
    })
  }
}

/** InvGate's ids are found when it is sent. */
function bare(caller: Principal, tenantId: number, at: Date) {
  const login = loginNameOf(caller)
  const person = caller.invgateId ?? 0
  return {
    ...({ id: uuidv7(), tenantId, invGateId: null, origin: 'here', status: 'open' } as const),
    ...{ userId: caller.uid, creatorEmail: login, creatorKey: foldLoginName(login), agentId: null },
    ...{ sourceId: 0, creatorId: person, customerId: person, categoryId: 0, typeId: 0, priorityId: 0 },
    ...{ createdAt: at, updatedAt: at, syncedAt: at, closedAt: null },
    ...{ assignedId: null, assignedGroupId: null, invGateStatusId: null },
  }
}

function toDeskTicket(ticket: NewTicket): DeskTicket {
  return { ...ticket, waitingSince: null, mergedInto: null, version: 1 }
}
