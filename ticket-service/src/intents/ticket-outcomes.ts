import { type PoolConnection, together } from '@werk/shared/database/pool'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { DescribeTicket } from '../tickets/describe-ticket.ts'
import type { DeskTicketsRepository } from '../tickets/desk-tickets.repository.ts'
import type { Attachment, NewTicket, Ticket } from '../tickets/ticket.ts'
import type { StatusMap } from '../tickets/ticket-status.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import { type CreatedIncident, completeDraft, statusIdOf } from './draft.ts'
import type { IntentsRepository } from './intents.repository.ts'
import type { Keys, StoredAnswer } from './keys.ts'
import type { TicketIntent } from './ticket-intent.ts'

/** An intent that InvGate was asked for. */
export type Sent = Pick<TicketIntent, 'id' | 'draft' | 'idempotencyId'>

export type OutcomeNeeds = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  intents: IntentsRepository
  tickets: TicketsRepository
  deskTickets: Pick<DeskTicketsRepository, 'link'>
  describeTicket: DescribeTicket
  /** Of a ticket that was written just now. */
  tellOfNew: (tx: PoolConnection, ticket: NewTicket) => Promise<void>
  keys: Keys
  attachmentStore: AttachmentStore
  /** The 201 as the client gets it. */
  renderAnswer: (ticket: Ticket, payload: CreatedIncident['payload']) => StoredAnswer
  statusOf: StatusMap
  clock: { now(): Date }
  logger: { error(fields: object, message: string): void }
}

type Finished = {
  ticket: Ticket
  attachments: Attachment[]
  created: CreatedIncident
  /** The 201 as the client gets it. */
  answer: StoredAnswer
}

export type TicketOutcomes = ReturnType<typeof createTicketOutcomes>

/** What the end of an intent changes here, in the database and among the files. */
export function createTicketOutcomes(needs: OutcomeNeeds) {
  const { transaction, intents, tickets, deskTickets, keys, attachmentStore, logger } = needs
  const { renderAnswer, statusOf, describeTicket, tellOfNew, clock } = needs

  const storeNew = async (intent: Sent, { ticket, answer, attachments, created }: Finished) => {
    const found = { origin: 'here', invGateStatusId: statusIdOf(created) } as const
    const newTicket = { ...ticket, ...(await describeTicket(ticket, found)) }
    return async (tx: PoolConnection) => {
      const { id, idempotencyId } = intent
      let isNew = false
      // The ticket last: after a deadlock what follows is in no transaction any more, and the intent must not go alone.
      await together([
        intents.remove(tx, id),
        ...(idempotencyId === null ? [] : [keys.finish(tx, idempotencyId, id, answer)]),
        tickets.insert(tx, newTicket, attachments).then((written) => {
          isNew = written
        }),
      ])
      if (isNew) await tellOfNew(tx, newTicket)
    }
  }

  /** The ticket is here; InvGate only has it now as well. */
  const linkLocal = ({ id }: Sent, { ticket, created }: Finished) => {
    const statusId = statusIdOf(created)
    return async (tx: PoolConnection) => {
      await deskTickets.link(tx, id, { ...ticket, statusId })
      await intents.remove(tx, id)
    }
  }

  const store = async (intent: Sent, result: Finished, { replacesImported = false } = {}) => {
    const write = intent.draft.local ? linkLocal(intent, result) : await storeNew(intent, result)
    await transaction(async (tx) => {
      if (replacesImported) await tickets.removeImported(result.ticket.invGateId, tx)
      await write(tx)
    })
  }

  const finished = ({ draft }: Sent, created: CreatedIncident): Finished => {
    const { ticket, attachments } = completeDraft(draft, created, clock.now(), statusOf)
    return { ticket, attachments, created, answer: renderAnswer(ticket, created.payload) }
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

  const discardFiles = ({ draft }: Sent) =>
    Promise.all(draft.files.map((file) => attachmentStore.discard(file)))

  /** What somebody has sent again since keeps its row and its files. */
  const undo = async (intent: Sent) => {
    const { id, idempotencyId } = intent
    const isGone = await transaction(async (tx) => {
      if (!(await intents.withdraw(tx, id))) return !(await intents.exists(tx, id))
      if (idempotencyId !== null) await keys.release(tx, idempotencyId, id)
      return true
    })
    if (isGone) await discardFiles(intent)
  }

  return { finished, store, undo, keepFiles, discardFiles }
}
