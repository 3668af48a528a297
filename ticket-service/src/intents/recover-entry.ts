import { TicketTakenError, UnstorableTicketError } from '../tickets/tickets.errors.ts'
import type { SpoolEntry } from './intent-spool.ts'
import type { OutcomeNeeds, TicketOutcomes } from './ticket-outcomes.ts'

type Needs = Pick<OutcomeNeeds, 'transaction' | 'intents'> & {
  outcomes: TicketOutcomes
  logger: { warn(fields: object, message: string): void }
}

/** Brings what waited on disk into the database. @returns whether the entry is done with */
export function createRecoverEntry({ transaction, intents, outcomes, logger }: Needs) {
  const { undo, store, finished } = outcomes

  return async ({ intent, created, withdrawn }: SpoolEntry): Promise<boolean> => {
    if (withdrawn) {
      await undo(intent)
      return true
    }
    if (created === null) {
      await transaction(async (tx) => {
        const state = intent.state === 'refused' ? 'refused' : 'in_doubt'
        await intents.insert(tx, { ...intent, state }, 0)
        if (state === 'refused') await intents.noteRefusal(tx, intent.id)
      })
      return true
    }
    try {
      await store(intent, finished(intent, created), { replacesImported: true })
    } catch (err) {
      if (err instanceof UnstorableTicketError) {
        logger.warn({ ticket_id: intent.id, inv_gate_id: created.id, err }, 'the database refuses a ticket')
        return false
      }
      if (!(err instanceof TicketTakenError)) throw err
      await transaction((tx) => intents.insert(tx, { ...intent, state: 'in_doubt' }, 0))
    }
    return true
  }
}
