import type { PoolConnection } from '@werk/shared/database/pool'
import type { ChangeTicket, Target } from './change-ticket.ts'
import type { ChangedFields, DeskTicket } from './desk-ticket.ts'
import type { DeskTicketsRepository } from './desk-tickets.repository.ts'
import type { By, Change, Happening, Note } from './record-change.ts'
import { mayStep, type Party, stepsFrom } from './ticket-life.ts'
import { isOwner, type TicketScope, worksOn } from './ticket-policy.ts'
import type { TicketStatus } from './ticket-status.ts'
import {
  notAssignable,
  notYourStep,
  onlyStaffAssigns,
  onlyStaffLetsWait,
  ticketMerged,
} from './tickets.errors.ts'

/** What is left out stays as it is. */
export type TicketUpdate = {
  status?: TicketStatus | undefined
  /** Null: nobody. */
  agentId?: number | null | undefined
  /** Whether it waits for its requester, which stops the SLA's clock. */
  waiting?: boolean | undefined
}

/** Further parts of the same change, judged with the rest of it. */
export type AlsoJudge = (ticket: DeskTicket, tx: PoolConnection) => Promise<Part[]>

/**
 * Moves a ticket on, assigns it, or both at once or neither.
 * @throws AppError ticket.conflict for a step that is none, ticket.forbidden, ticket.invalid for an agent who is none,
 *   ticket.not_found, ticket.precondition_failed
 */
export type UpdateTicket = (
  target: Target,
  by: By,
  update: TicketUpdate,
  also?: AlsoJudge,
) => Promise<DeskTicket>

type Needs = { changeTicket: ChangeTicket; tickets: Pick<DeskTicketsRepository, 'findAssignable'> }

export function createUpdateTicket({ changeTicket, tickets }: Needs): UpdateTicket {
  return (target, by, update, also) =>
    changeTicket(target, by, async (ticket, tx) => {
      if (ticket.mergedInto !== null) throw ticketMerged(ticket.mergedInto)
      const steps = judgeStatus(ticket, target.scope, update.status, by)
      // A step ends that it waits, so to wait on is to wait anew.
      const waits = ticket.waitingSince !== null && steps.length === 0
      const parts = [
        ...steps,
        ...(await judgeAgent(tx, ticket, target.scope, update.agentId, tickets)),
        ...judgeWaiting(ticket, target.scope, waits, update.waiting, by),
        ...((await also?.(ticket, tx)) ?? []),
      ]
      return parts.length === 0 ? null : joined(parts)
    })
}

/** One thing of a change. */
export type Part = { fields: ChangedFields; note: Note; happening: Happening | null; isMirrored: boolean }

/** One job is enough: it makes InvGate what the ticket has become. */
export function joined(parts: readonly Part[]): Change {
  return {
    fields: Object.assign({}, ...parts.map(({ fields }) => fields)),
    notes: parts.map(({ note }) => note),
    happenings: parts.map(({ happening }) => happening).filter((happening) => happening !== null),
    jobs: parts.some(({ isMirrored }) => isMirrored) ? [{ kind: 'state' }] : [],
  }
}

function judgeStatus(ticket: DeskTicket, scope: TicketScope, to: TicketStatus | undefined, by: By): Part[] {
  if (to === undefined || to === ticket.status) return []
  const parties = partiesOf(scope, ticket)
  if (!mayStep(ticket.status, to, parties))
    throw notYourStep(ticket.status, to, stepsFrom(ticket.status, parties))
  return [statusPart(ticket, to, by.at)]
}

/** The part of a change that is a step of the ticket's life. */
export function statusPart(ticket: DeskTicket, to: TicketStatus, at: Date): Part {
  const from = ticket.status
  return {
    fields: { status: to, closedAt: to === 'closed' ? at : null, waitingSince: null },
    note: {
      action: 'status_changed',
      message: `${from} → ${to}`,
      internal: false,
      details: { status: [from, to] },
    },
    happening: { kind: 'ticket.status_changed', from },
    isMirrored: true,
  }
}

async function judgeAgent(
  tx: PoolConnection,
  ticket: DeskTicket,
  scope: TicketScope,
  agentId: number | null | undefined,
  tickets: Needs['tickets'],
): Promise<Part[]> {
  if (agentId === undefined) return []
  if (!worksOn(scope, ticket)) throw onlyStaffAssigns()
  if (agentId === ticket.agentId) return []
  const agent = agentId === null ? null : await tickets.findAssignable(tx, ticket.tenantId, agentId)
  if (agentId !== null && agent === null) throw notAssignable()
  return [assignmentPart(ticket, agent)]
}

/** The part of a change that is an assignment; null: to nobody. */
export function assignmentPart(ticket: DeskTicket, agent: { id: number; name: string } | null): Part {
  const agentId = agent?.id ?? null
  return {
    fields: { agentId },
    note: {
      action: agent === null ? 'unassigned' : 'assigned',
      message: agent?.name ?? null,
      internal: false,
      details: { agent_id: [ticket.agentId, agentId] },
    },
    happening: { kind: 'ticket.assigned', from: ticket.agentId },
    isMirrored: true,
  }
}

function judgeWaiting(
  ticket: DeskTicket,
  scope: TicketScope,
  waits: boolean,
  wanted: boolean | undefined,
  by: By,
): Part[] {
  if (wanted === undefined) return []
  if (!worksOn(scope, ticket)) throw onlyStaffLetsWait()
  return wanted === waits ? [] : [waitingPart(wanted, by.at)]
}

/** InvGate has no state of its own for it, so it stays here. */
export function waitingPart(waiting: boolean, at: Date): Part {
  return {
    fields: { waitingSince: waiting ? at : null },
    note: {
      action: waiting ? 'waiting' : 'resumed',
      message: null,
      internal: false,
      details: { waiting: [!waiting, waiting] },
    },
    happening: null,
    isMirrored: false,
  }
}

function partiesOf(scope: TicketScope, ticket: DeskTicket): Party[] {
  const staff: Party[] = worksOn(scope, ticket) ? ['staff'] : []
  return isOwner(scope.viewer, ticket) ? [...staff, 'owner'] : staff
}
