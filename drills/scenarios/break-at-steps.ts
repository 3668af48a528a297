import { setTimeout as delay } from 'node:timers/promises'
import { formOf } from '../clients/load.ts'
import { holdAt } from './hold-at.ts'
import type { Scenario } from './scenario.ts'
import { steps } from './steps.ts'

/** At each step of a ticket under load the connection it is held on breaks, and the process lives on. */
export const breakAtSteps: Scenario = {
  name: 'break-at-steps',
  load: 'everybody',
  async run(drill) {
    const { world, pace, stopped } = drill
    for (let round = 0; round < pace.stepRounds; round++) {
      for (const [index, step] of steps.entries()) {
        const subject = { ...formOf(index + round), replica: world.replicas[index % 2 === 0 ? 0 : 1] }
        const breakOff = await holdAt(step, subject, drill)
        breakOff?.()
        await delay(pace.restMs, undefined, { signal: stopped })
      }
    }
  },
}
