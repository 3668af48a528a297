import type { PoolConnection } from '@werk/shared/database/pool'
import type { InvGateClient } from '@werk/shared/invgate/client'
import type { IntentJournal } from '../intents/intent-journal.ts'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import { invgateFailed } from '../tickets/tickets.errors.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import type { ChangeIntent } from './change-intent.ts'
import type { Operation } from './operated-intent.ts'
import { incidentTaken, noSuchIncident } from './operators.errors.ts'
import type { OperatorsRepository } from './operators.repository.ts'

export type LinkedIntent = { ticketId: string; invGateId: number }
export type LinkIntent = (operation: Operation & { invGateId: number }) => Promise<LinkedIntent>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  operators: OperatorsRepository
  change: ChangeIntent
  intents: Pick<IntentsRepository, 'listLinked'>
  tickets: Pick<TicketsRepository, 'removeImported'>
  journal: Pick<IntentJournal, 'complete' | 'hold'>
  invgate: Pick<InvGateClient, 'findIncident'>
  /** Runs alone among all replicas, and beside nobody who links by a look-up. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  leaseMs: number
}

/**
 * Says which of InvGate's incidents a parked intent became, and stores its ticket as that. The incident has to be of the
 * same customer: the ticket shows it to whoever raised it.
 * @throws AppError intent.*, incident.not_found, incident.taken, invgate.*
 */
export function createLinkIntent(needs: Needs): LinkIntent {
  const { transaction, operators, change, intents, tickets, journal, invgate, exclusively, leaseMs } = needs

  /** Between the check and the completion, a request may have stored the incident as its own. */
  const wasTaken = (id: string, actor: string, detail: string): Promise<boolean> =>
    transaction(async (tx) => {
      const unlinked = await operators.unlink(tx, id, detail)
      if (unlinked) await operators.record(tx, id, { actor, action: 'link_refused', detail })
      return unlinked
    })

  return async (operation) => {
    const { id, actor, invGateId } = operation
    const intent = await change.getParked(operation)
    const { customerId } = intent.draft.ticket
    const incident = await invgate.findIncident(invGateId).catch((error: unknown) => {
      throw invgateFailed(error)
    })
    if (incident === null || (incident.customerId ?? customerId) !== customerId)
      throw noSuchIncident(invGateId, customerId)

    const letGo = journal.hold(id)
    try {
      return await exclusively(async () => {
        const taken = incidentTaken(invGateId)
        if ((await intents.listLinked([invGateId])).length > 0) throw taken
        const created = { id: invGateId, payload: incident.raw }
        const detail = `InvGate's incident ${invGateId}`
        await change.apply(id, { actor, action: 'link', detail }, async (tx) => {
          await tickets.removeImported(invGateId, tx)
          return operators.link(tx, id, created, leaseMs)
        })
        await journal.complete(intent, created)
        if (await wasTaken(id, actor, taken.message)) throw taken
        return { ticketId: id, invGateId }
      })
    } finally {
      letGo()
    }
  }
}
