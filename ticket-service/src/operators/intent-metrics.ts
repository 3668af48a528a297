import { Gauge, type Registry } from 'prom-client'
import type { IntentSpool } from '../intents/intent-spool.ts'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import { intentStates } from '../intents/ticket-intent.ts'

type Needs = {
  metrics: Registry
  intents: Pick<IntentsRepository, 'countByState'>
  spool: Pick<IntentSpool, 'size'>
  logger: { warn(fields: object, message: string): void }
}

/** How many tickets are on their way, for `/metrics`; counted when it is asked for. */
export function registerIntentMetrics({ metrics, intents, spool, logger }: Needs): void {
  const registers = [metrics]
  new Gauge({
    name: 'ticket_intents',
    help: 'tickets on their way to InvGate, of all replicas, by state; absent while the database is away',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset()
      try {
        const counts = await intents.countByState()
        for (const state of intentStates) this.set({ state }, counts[state] ?? 0)
      } catch (err) {
        logger.warn({ err }, 'tickets on their way could not be counted')
      }
    },
  })
  new Gauge({
    name: 'ticket_spool_entries',
    help: 'tickets that wait on the disk of this replica for the database',
    registers,
    collect() {
      this.set(spool.size())
    },
  })
}
