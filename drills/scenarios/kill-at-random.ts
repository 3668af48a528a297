import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from './scenario.ts'

/** `kill -9` of one replica or the other at any moment under load, while InvGate takes a while for each call. */
export const killAtRandom: Scenario = {
  name: 'kill-at-random',
  load: 'everybody',
  async run({ world, pace, stopped, killAndRestart }) {
    const { control } = world.desk
    await control.setFaults([{ route: '*', fault: { type: 'latency', ms: 40 }, share: 0.7 }])
    for (let kill = 0; kill < pace.randomKills; kill++) {
      await delay(randomInt(20, 400), undefined, { signal: stopped })
      await killAndRestart(world.replicas[randomInt(2)] ?? world.replicas[0])
    }
    await control.clearFaults()
  },
}
