import type { SpooledTicket, TicketSpool } from './store-ticket.ts'
import { UnstorableTicketError } from './tickets.errors.ts'
import type { TicketsRepository } from './tickets.repository.ts'

type Logger = { info(fields: object, message: string): void; warn(fields: object, message: string): void }
type Needs = { spool: TicketSpool; tickets: TicketsRepository; logger: Logger; everyMs: number }

/** Brings the tickets that wait on disk into the database, now and then, until `stop`. */
export function createSpoolRecovery({ spool, tickets, logger, everyMs }: Needs) {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()

  const store = async ({ ticket, attachments }: SpooledTicket) => {
    try {
      await tickets.insert(ticket, attachments)
      return true
    } catch (err) {
      if (!(err instanceof UnstorableTicketError)) throw err
      logger.warn(
        { err, ticket_id: ticket.id, inv_gate_id: ticket.invGateId },
        'the database refuses a ticket',
      )
      return false
    }
  }
  const recover = async () => {
    try {
      const { taken, left } = await spool.drain(store)
      if (taken > 0) logger.info({ stored: taken }, 'tickets that waited on disk are in the database')
      if (left > 0) logger.warn({ left }, 'tickets still wait on disk, an operator has to look at them')
    } catch (err) {
      logger.warn({ err }, 'tickets still wait on disk for the database')
    }
  }
  const run = () => {
    running = recover().then(() => {
      if (!stopped) timer = setTimeout(run, everyMs)
    })
  }

  return {
    start: run,
    /** Waits for the recovery that is under way. */
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
      clearTimeout(timer)
    },
  }
}
