import type { AttachmentStore, StagedFile } from '../attachments/attachment-store.ts'
import type { Attachment, Ticket } from './ticket.ts'
import type { TicketsRepository } from './tickets.repository.ts'

/** What waits on disk while the database is away. */
export type SpooledTicket = { ticket: Ticket; attachments: readonly Attachment[] }

export type TicketSpool = {
  /** Durable when it resolves. */
  put(entry: SpooledTicket): Promise<void>
  /**
   * Hands every entry to `take`, oldest first, and removes what it took. An entry that cannot be read, or that `take`
   * answers false for, is left and does not hold up the others; a failure of `take` ends the round.
   */
  drain(take: (entry: SpooledTicket) => Promise<boolean>): Promise<{ taken: number; left: number }>
}

type Logger = { error(fields: object, message: string): void; fatal(fields: object, message: string): void }

export type StoreTicket = (
  ticket: Ticket,
  attachments: readonly Attachment[],
  files: readonly StagedFile[],
) => Promise<void>

type Needs = {
  tickets: TicketsRepository
  attachmentStore: AttachmentStore
  spool: TicketSpool
  logger: Logger
}

/** Keeps a ticket that InvGate has: the files, then the row, or the row on disk until the database returns. Never throws. */
export function createStoreTicket({ tickets, attachmentStore, spool, logger }: Needs): StoreTicket {
  return async (ticket, attachments, files) => {
    const fields = { ticket_id: ticket.id, inv_gate_id: ticket.invGateId }
    try {
      await Promise.all(files.map((file) => attachmentStore.keep(file)))
    } catch (err) {
      logger.error({ ...fields, err }, 'attachments could not be kept here, InvGate has them')
    }
    try {
      await tickets.insert(ticket, attachments)
    } catch (err) {
      logger.error({ ...fields, err }, 'the ticket waits on disk for the database')
      await spool.put({ ticket, attachments }).catch((cause) => {
        logger.fatal(
          { ...fields, ticket, err: cause },
          'neither database nor disk took the ticket, InvGate has it',
        )
      })
    }
  }
}
