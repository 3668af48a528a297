import type { PoolConnection } from '@werk/shared/database/pool'
import type { Change, RecordChange } from '../tickets/record-change.ts'
import type { Actor } from '../tickets/ticket-event.ts'
import type { DueEscalation, EscalationsRepository } from './escalations.repository.ts'
import { escalateSla, percentOfLevel, type SlaState } from './sla-clock.ts'
import type { FindSlaTerms } from './sla-terms.ts'

export type EscalateTickets = {
  /** Takes all thresholds that have passed by now. */
  run(): Promise<void>
  /** Lets a run that is under way end with the ticket that it is at. */
  end(): void
}

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  escalations: EscalationsRepository
  findSlaTerms: FindSlaTerms
  recordChange: RecordChange
  clock: { now(): Date }
  logger: Record<'info' | 'warn', (fields: object, message: string) => void>
}

const batch = 20
/** Of one ticket in one run, so that one that was long forgotten does not keep the others waiting. */
const mostLevels = 50
const theService: Actor = {
  kind: 'service',
  id: null,
  key: null,
  name: 'Service level agreement',
  address: null,
  requestId: null,
}

/**
 * One threshold of one ticket is one transaction, which raises the level, sets the time of the next threshold, and writes
 * the activity, the entry of the audit and whom to tell. It happens only to a ticket that is found due once it is locked,
 * so each threshold is taken exactly once, however many replicas work and wherever one dies. Several that passed while
 * nobody worked are taken one after the other. A ticket that somebody is changing is left to the next run.
 */
export function createEscalateTickets(needs: Needs): EscalateTickets {
  const { transaction, escalations, findSlaTerms, recordChange, clock, logger } = needs
  let isEnding = false

  /** @returns whether a threshold was taken */
  const escalate = async ({ ticketId, tenantId }: DueEscalation): Promise<boolean> => {
    const at = clock.now()
    // Before the transaction, which holds a connection already. The calendar is the same for all categories.
    const { calendar } = await findSlaTerms(tenantId, 'service')
    const level = await transaction(async (tx) => {
      const ticket = await escalations.lockDue(tx, ticketId, at)
      if (ticket === null) return null
      const sla = escalateSla(ticket.sla, calendar)
      await recordChange(tx, ticket, escalation(ticket.sla, sla), { actor: theService, at })
      return sla.escalationLevel
    })
    if (level !== null) logger.info({ ticket_id: ticketId, level }, 'a ticket is escalated')
    return level !== null
  }

  /** One that fails must not keep the others from it. */
  const tryToEscalate = async (due: DueEscalation): Promise<void> => {
    try {
      for (let taken = 0; taken < mostLevels && !isEnding; taken++) if (!(await escalate(due))) return
    } catch (err) {
      logger.warn({ err, ticket_id: due.ticketId }, 'a ticket could not be escalated, it will be tried again')
    }
  }

  return {
    async run() {
      let last: DueEscalation | null = null
      while (!isEnding) {
        const due: DueEscalation[] = await escalations.listDue(clock.now(), last, batch)
        for (const one of due) await tryToEscalate(one)
        if (due.length < batch) return
        last = due.at(-1) ?? null
      }
    },
    end() {
      isEnding = true
    },
  }
}

/** InvGate knows nothing of levels, and the requester is not told of them. */
function escalation(before: SlaState, after: SlaState): Change {
  const level = after.escalationLevel
  return {
    fields: { sla: after },
    notes: [
      {
        action: 'escalated',
        message: `level ${level}: ${percentOfLevel(level)} % of the time to resolve it is used up`,
        internal: true,
        details: {
          escalation_level: [before.escalationLevel, level],
          due_at: before.nextEscalationAt?.toISOString() ?? null,
        },
      },
    ],
    happenings: [{ kind: 'ticket.escalated', level }],
    jobs: [],
  }
}
