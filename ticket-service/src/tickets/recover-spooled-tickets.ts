import type { TicketSpool } from './store-ticket.ts'
import type { TicketsRepository } from './tickets.repository.ts'

type Logger = { info(fields: object, message: string): void; warn(fields: object, message: string): void }
type Needs = { spool: TicketSpool; tickets: TicketsRepository; logger: Logger; everyMs: number }

/** Brings the tickets that wait on disk into the database, now and then, until `stop`. */
export function createSpoolRecovery({ spool, tickets, logger, everyMs }: Needs) {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let running: Promise<void> = Promise.resolve()

  const recover = async () => {
    try {
      const stored = await spool.drain(({ ticket, attachments }) => tickets.insert(ticket, attachments))
      if (stored > 0) logger.info({ stored }, 'tickets that waited on disk are in the database')
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
