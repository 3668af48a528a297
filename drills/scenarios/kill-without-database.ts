import { setTimeout as delay } from 'node:timers/promises'
import { holdAt } from './hold-at.ts'
import type { Drill, Scenario } from './scenario.ts'
import { steps } from './steps.ts'

/**
 * `kill -9` while the database is away, so that what a ticket came to is on the replica's disk alone: before InvGate is
 * called, before its answer arrives, and after the client's 201.
 */
export const killWithoutDatabase: Scenario = {
  name: 'kill-without-database',
  load: 'everybody',
  async run(drill) {
    const { world, pace, stopped, killAndRestart } = drill
    for (let round = 0; round < pace.awayRounds; round++) {
      world.database.cut()
      // Without the database a key cannot be promised: the subject has none.
      for (const [index, step] of steps.filter(({ side }) => side === 'desk').entries()) {
        const replica = world.replicas[(index + round) % 2 === 0 ? 0 : 1]
        const subject = { isKeyed: false, withFile: index % 2 === 0, replica }
        if ((await holdAt(step, subject, drill)) !== null) await killAndRestart(replica)
      }
      await killAfterAnswer(drill)
      world.database.mend()
      await delay(pace.awayMs / 2, undefined, { signal: stopped })
    }
  },
}

async function killAfterAnswer({ clients, world, killAndRestart }: Drill): Promise<void> {
  const [replica] = world.replicas
  await clients[0]?.raise({ isKeyed: false, withFile: true, replica }).done
  await killAndRestart(replica)
}
