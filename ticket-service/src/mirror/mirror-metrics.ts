import { Gauge, type Registry } from 'prom-client'
import type { MirrorJobsRepository } from './mirror-jobs.repository.ts'

type Needs = {
  metrics: Registry
  mirrorJobs: Pick<MirrorJobsRepository, 'count'>
  logger: { warn(fields: object, message: string): void }
}

/** How much InvGate still has to be told, for `/metrics`; counted when it is asked for. */
export function registerMirrorMetrics({ metrics, mirrorJobs, logger }: Needs): void {
  new Gauge({
    name: 'mirror_jobs',
    help: 'changes that InvGate has to be told of, of all replicas, by state; absent while the database is away',
    labelNames: ['state'],
    registers: [metrics],
    async collect() {
      this.reset()
      try {
        const { waiting, parked } = await mirrorJobs.count()
        this.set({ state: 'waiting' }, waiting)
        this.set({ state: 'parked' }, parked)
      } catch (err) {
        logger.warn({ err }, 'what InvGate has to be told could not be counted')
      }
    },
  })
}
