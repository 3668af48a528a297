import type { PoolConnection } from '@werk/shared/database/pool'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { Ticket } from '../tickets/ticket.ts'
import type { StatusMap } from '../tickets/ticket-status.ts'
import { cannotKeepTicket, TicketTakenError, UnstorableTicketError } from '../tickets/tickets.errors.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import { type CreatedIncident, completeDraft } from './draft.ts'
import type { IntentSpool } from './intent-spool.ts'
import type { IntentsRepository } from './intents.repository.ts'
import type { KeyedRequest, Keys, StoredAnswer } from './keys.ts'
import type { NewIntent, TicketIntent } from './ticket-intent.ts'

type Completed = { ticket: Ticket; answer: StoredAnswer }
type Sent = Pick<TicketIntent, 'id' | 'draft' | 'idempotencyId'>

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
  /** InvGate did nothing: as if it had not been. */
  withdraw(intent: Sent): Promise<void>
  /** InvGate may have done it. */
  doubt(intent: Sent, reason: string): Promise<void>
  /** InvGate has it. Never fails: what cannot be stored now waits on disk. */
  complete(intent: Sent, created: CreatedIncident): Promise<Completed>
  /** Begin and end of the time in which this process itself is asking InvGate. */
  hold(id: string): () => void
  /** Brings what waits on disk into the database. */
  recover(): Promise<void>
}

type Logger = Record<'info' | 'warn' | 'error' | 'fatal', (fields: object, message: string) => void>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  intents: IntentsRepository
  tickets: TicketsRepository
  keys: Keys
  spool: IntentSpool
  attachmentStore: AttachmentStore
  /** The 201 as the client gets it. */
  renderAnswer: (ticket: Ticket, payload: CreatedIncident['payload']) => StoredAnswer
  statusOf: StatusMap
  clock: { now(): Date }
  /** How long one try may take; after that nobody knows what became of it. */
  leaseMs: number
  logger: Logger
}

/** After the database failed once, it is not waited for again for so long. */
const awayMs = 1000
const firstLookMs = 2000

export function createIntentJournal(needs: Needs): IntentJournal {
  const { transaction, intents, tickets, keys, spool, attachmentStore, statusOf, clock, leaseMs, logger } =
    needs
  const held = new Set<string>()
  let awayUntil = 0

  const store = (
    intent: Sent,
    { ticket, answer, attachments }: ReturnType<typeof finished>,
    { replacesImported = false } = {},
  ) =>
    transaction(async (tx) => {
      if (replacesImported) await tickets.removeImported(ticket.invGateId, tx)
      await tickets.insert(tx, ticket, attachments)
      if (intent.idempotencyId !== null) await keys.finish(tx, intent.idempotencyId, intent.id, answer)
      await intents.remove(tx, intent.id)
    })

  const finished = ({ draft }: Sent, created: CreatedIncident) => {
    const { ticket, attachments } = completeDraft(draft, created, clock.now(), statusOf)
    return { ticket, attachments, answer: needs.renderAnswer(ticket, created.payload) }
  }

  const keepFiles = async ({ id, draft }: Sent) => {
    const kept = await Promise.allSettled(draft.files.map((file) => attachmentStore.keep(file)))
    for (const result of kept) {
      if (result.status === 'fulfilled') continue
      logger.error(
        { ticket_id: id, err: result.reason },
        'an attachment could not be kept here, InvGate has it',
      )
    }
  }

  /** @returns whether the entry is done with */
  const recoverOne: Parameters<IntentSpool['drain']>[0] = async ({ intent, created }) => {
    if (created === null) {
      await transaction((tx) => intents.insert(tx, { ...intent, state: 'in_doubt' }, 0))
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

  return {
    async begin(intent, key) {
      try {
        if (key !== null) {
          return await transaction(async (tx) => {
            const answer = await keys.begin(tx, key, intent.id, leaseMs)
            if (answer === null) await intents.insert(tx, intent, leaseMs)
            return answer
          })
        }
        if (Date.now() < awayUntil) throw new Error('the database was away a moment ago')
        await transaction((tx) => intents.insert(tx, intent, leaseMs))
      } catch (error) {
        if (key !== null) throw keys.unavailable(error)
        awayUntil = Date.now() + awayMs
        logger.warn({ ticket_id: intent.id, err: error }, 'the database is away, the intent goes to disk')
        await spool.put({ intent, created: null }).catch((cause: unknown) => {
          throw cannotKeepTicket(cause)
        })
      }
      return null
    },

    async withdraw(intent) {
      try {
        await transaction(async (tx) => {
          await intents.remove(tx, intent.id)
          if (intent.idempotencyId !== null) await keys.release(tx, intent.idempotencyId, intent.id)
        })
      } catch (err) {
        // A spooled one is in no database; any other will be looked up and sent, files and all.
        if (!spool.has(intent.id)) {
          logger.warn(
            { ticket_id: intent.id, err },
            'the intent could not be withdrawn, it will be looked up',
          )
          return
        }
      }
      await spool.remove(intent.id)
      await Promise.all(intent.draft.files.map((file) => attachmentStore.discard(file)))
    },

    async doubt({ id }, reason) {
      if (spool.has(id)) return
      await intents.postpone(id, 'in_doubt', firstLookMs, reason).catch((err: unknown) => {
        logger.warn({ ticket_id: id, err }, 'the doubt could not be noted, the lease will run out')
      })
    },

    async complete(intent, created) {
      await keepFiles(intent)
      const result = finished(intent, created)
      const fields = { ticket_id: intent.id, inv_gate_id: created.id }
      try {
        if (spool.has(intent.id)) throw new Error('the database was away when this began')
        await store(intent, result)
      } catch (error) {
        if (error instanceof TicketTakenError) {
          await intents.unlink(intent.id, firstLookMs, error.message).catch((err: unknown) => {
            logger.warn({ ...fields, err }, 'the doubt could not be noted, the lease will run out')
          })
        } else {
          logger.warn({ ...fields, err: error }, 'the ticket waits on disk for the database')
          const entry = { intent: { ...intent, state: 'sending' as const, sentAt: clock.now() }, created }
          await spool.put(entry).catch((cause: unknown) => {
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
      return () => held.delete(id)
    },

    async recover() {
      const { taken, left } = await spool.drain(recoverOne, held)
      if (taken > 0) logger.info({ taken }, 'what waited on disk is in the database')
      if (left > held.size) logger.warn({ left }, 'entries still wait on disk')
    },
  }
}
