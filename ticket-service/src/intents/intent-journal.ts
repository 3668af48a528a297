import { AppError } from '@werk/shared/errors/app-error'
import { shownReason } from '@werk/shared/errors/shown-reason'
import type { Ticket } from '../tickets/ticket.ts'
import { cannotKeepTicket, TicketTakenError } from '../tickets/tickets.errors.ts'
import type { CreatedIncident } from './draft.ts'
import type { IntentSpool } from './intent-spool.ts'
import type { KeyedRequest, StoredAnswer } from './keys.ts'
import { createRecoverEntry } from './recover-entry.ts'
import type { NewIntent } from './ticket-intent.ts'
import { createTicketOutcomes, type OutcomeNeeds, type Sent } from './ticket-outcomes.ts'

type Completed = { ticket: Ticket; answer: StoredAnswer }

/**
 * Where a ticket's way to InvGate is written down before each step, so that whatever fails, somebody knows what was
 * meant and how far it came: in the database, or, while that is away, on disk.
 */
export type IntentJournal = {
  /**
   * Before InvGate is called. @returns the stored answer where the request's Idempotency-Key has one
   * @throws AppError idempotency.* for a key that is in use, ticket.unavailable where nothing takes the intent
   */
  begin(intent: NewIntent, key: KeyedRequest | null): Promise<StoredAnswer | null>
  /** InvGate did nothing: as if it had not been. Never fails: what cannot be undone now waits on disk. */
  withdraw(intent: Sent): Promise<void>
  /** InvGate says that it did nothing: it is looked for once, when the window is over. Never fails. */
  refuse(intent: Sent, error: unknown): Promise<void>
  /** InvGate may have done it. Never fails. */
  doubt(intent: Pick<Sent, 'id'>, error: unknown): Promise<void>
  /** InvGate has it. Never fails: what cannot be stored now waits on disk. */
  complete(intent: Sent, created: CreatedIncident): Promise<Completed>
  /** Begin and end of the time in which this process itself is asking InvGate. */
  hold(id: string): () => void
  /** Brings what waits on disk into the database. @throws while that is away */
  recover(): Promise<void>
}

type Logger = Record<'info' | 'warn' | 'error' | 'fatal', (fields: object, message: string) => void>

type Needs = Omit<OutcomeNeeds, 'logger'> & {
  spool: IntentSpool
  /** How long one try may take; after that nobody knows what became of it. */
  leaseMs: number
  /** How long after it was sent a request may still take effect in InvGate. */
  settleMs: number
  logger: Logger
}

const firstLookMs = 2000

export function createIntentJournal(needs: Needs): IntentJournal {
  const { transaction, intents, keys, spool, clock, leaseMs, settleMs, logger } = needs
  const outcomes = createTicketOutcomes(needs)
  const recoverEntry = createRecoverEntry({ transaction, intents, outcomes, logger })
  const held = new Set<string>()
  /** Of those that are held, the ones the database was never asked to take. */
  const onDiskOnly = new Set<string>()
  /** Since the database failed, until `recover` finds it back: nobody else waits for it meanwhile. */
  let isAway = false
  const away = () => new Error('the database was away a moment ago')

  const asSent = (intent: Sent, state: NewIntent['state']) => ({ ...intent, state, sentAt: clock.now() })

  /** The database may have it and cannot be told now. */
  const undoLater = async (intent: Sent, reason: unknown) => {
    const fields = { ticket_id: intent.id }
    logger.warn({ ...fields, err: reason }, 'the intent is withdrawn when the database is back')
    await spool
      .put({ intent: asSent(intent, 'sending'), created: null, withdrawn: true })
      .catch((err: unknown) => {
        logger.error({ ...fields, err }, 'the intent could not be withdrawn, it will be looked up')
      })
  }

  return {
    async begin(intent, key) {
      const wasAway = isAway
      try {
        if (wasAway) throw away()
        if (key !== null) {
          return await transaction(async (tx) => {
            const answer = await keys.begin(tx, key, intent.id, leaseMs)
            if (answer === null) await intents.insert(tx, intent, leaseMs)
            return answer
          })
        }
        await intents.add(intent, leaseMs)
      } catch (error) {
        if (error instanceof AppError) throw error
        isAway = true
        if (key !== null) {
          if (!wasAway) await undoLater(intent, error)
          throw keys.unavailable(error)
        }
        logger.warn({ ticket_id: intent.id, err: error }, 'the database is away, the intent goes to disk')
        await spool.put({ intent, created: null, withdrawn: false }).catch((cause: unknown) => {
          throw cannotKeepTicket(cause)
        })
        if (wasAway) onDiskOnly.add(intent.id)
      }
      return null
    },

    async withdraw(intent) {
      const { id } = intent
      try {
        if (onDiskOnly.has(id)) await outcomes.discardFiles(intent)
        else if (isAway) throw away()
        else await outcomes.undo(intent)
        await spool.remove(id)
      } catch (error) {
        await undoLater(intent, error)
      }
    },

    async refuse(intent, error) {
      const { id } = intent
      try {
        if (isAway || spool.has(id)) throw away()
        await intents.postpone(id, 'refused', settleMs, shownReason(error))
      } catch (err) {
        logger.warn({ ticket_id: id, err }, 'that the ticket was refused waits on disk for the database')
        const refused = { intent: asSent(intent, 'refused'), created: null, withdrawn: false }
        await spool.put(refused).catch((cause: unknown) => {
          logger.error({ ticket_id: id, err: cause }, 'the refusal could not be noted, it will be in doubt')
        })
      }
    },

    async doubt({ id }, error) {
      if (isAway || spool.has(id)) return
      await intents.postpone(id, 'in_doubt', firstLookMs, shownReason(error)).catch((err: unknown) => {
        logger.warn({ ticket_id: id, err }, 'the doubt could not be noted, the lease will run out')
      })
    },

    async complete(intent, created) {
      await outcomes.keepFiles(intent)
      const result = outcomes.finished(intent, created)
      const fields = { ticket_id: intent.id, inv_gate_id: created.id }
      try {
        if (isAway || spool.has(intent.id)) throw away()
        await outcomes.store(intent, result)
      } catch (error) {
        if (error instanceof TicketTakenError) {
          await intents.unlink(intent.id, firstLookMs, error.message).catch((err: unknown) => {
            logger.warn({ ...fields, err }, 'the doubt could not be noted, the lease will run out')
          })
        } else {
          logger.warn({ ...fields, err: error }, 'the ticket waits on disk for the database')
          await spool
            .put({ intent: asSent(intent, 'sending'), created, withdrawn: false })
            .catch((cause: unknown) => {
              logger.fatal(
                { ...fields, err: cause },
                'neither database nor disk took the ticket, InvGate has it',
              )
            })
        }
      }
      return result
    },

    hold(id) {
      held.add(id)
      return () => {
        held.delete(id)
        onDiskOnly.delete(id)
      }
    },

    async recover() {
      if (isAway) await transaction(async () => {})
      isAway = false
      const { taken, left } = await spool.drain(recoverEntry, held)
      if (taken > 0) logger.info({ taken }, 'what waited on disk is in the database')
      if (left > held.size) logger.warn({ left }, 'entries still wait on disk')
    },
  }
}
