import { setTimeout as delay } from 'node:timers/promises'
import { residentMiB } from '../measure/process-figures.ts'
import { startIdentityService, startTicketService } from '../targets/targets.ts'
import type { BenchCase, MeasuredCase } from './case.ts'

const settleMs = 1000

/** How long a service takes until it is ready, and what it takes while nobody calls. */
export const start: BenchCase = async (world) => {
  const measured: MeasuredCase[] = []
  for (const startService of [startTicketService, startIdentityService]) {
    const service = await startService(world)
    await delay(settleMs)
    measured.push(
      { what: `${service.name}: start to ready`, value: service.readyMs, unit: 'ms', goal: 2000 },
      { what: `${service.name}: idle memory`, value: residentMiB(service.pid), unit: 'MiB', goal: 120 },
    )
    await service.stop()
  }
  return { compared: [], measured }
}
