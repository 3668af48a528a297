import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '@werk/invgate-sandbox/control'
import type { Scenario } from './scenario.ts'

/** With and without an effect. */
const faults: readonly Fault[] = [
  { type: 'latency', ms: 40 },
  { type: 'reset' },
  { type: 'reset', when: 'after' },
  { type: 'status', status: 500, when: 'after' },
  { type: 'truncate' },
  { type: 'error_status', info: 'The mail could not be sent', when: 'after' },
]

/**
 * Tickets of the Tickets dialect with a reply each: `kill -9` of one replica or the other at any moment, while InvGate fails a share of
 * what it is told.
 */
export const deskKills: Scenario = {
  name: 'desk-kills',
  load: 'everybody',
  dialect: 'tickets',
  async run({ world, pace, stopped, killAndRestart }) {
    const { control } = world.desk
    const routes = ['POST incidents', 'POST incident.comment', 'GET incident.comment']
    await control.setFaults(
      routes.flatMap((route) => faults.map((fault) => ({ route, fault, share: 0.3 / faults.length }))),
    )
    for (let kill = 0; kill < Math.ceil(pace.randomKills / 2); kill++) {
      await delay(randomInt(100, 800), undefined, { signal: stopped })
      await killAndRestart(world.replicas[randomInt(2)] ?? world.replicas[0])
    }
    await control.clearFaults()
  },
}
