import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { isAnswering } from '../clients/ask.ts'
import { raiseSteadily } from '../clients/load.ts'
import { uploadHalf } from '../clients/upload-half.ts'
import type { Replica } from '../world/replica.ts'
import { type Drill, refusals, type Scenario } from './scenario.ts'

/** SIGTERM to one replica after the other at a steady rate, with an upload half done on each: no request fails. */
export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  load: 'nobody',
  async run(drill) {
    const { clients, world, pace, pending, stopped } = drill
    let isOver = false
    const load = raiseSteadily(clients, {
      perSecond: pace.perSecond,
      forMs: pace.rollingMs,
      stopped,
    }).finally(() => {
      isOver = true
    })
    pending.push(load)
    // Both are restarted, however slow the machine.
    for (let turn = 0; !isOver || turn < 2; turn++) {
      stopped.throwIfAborted()
      await restart(world.replicas[turn % 2 === 0 ? 0 : 1], drill)
    }
    await load
  },
  check: refusals,
}

/** The proxy sends no more to a replica that is told to end; what it has, it finishes. */
async function restart(replica: Replica, { rotation, clients }: Drill): Promise<void> {
  const health = `${replica.url}/healthz`
  const upload = await uploadHalf(clients[0], replica)
  rotation.takeOut(replica)
  // Connections are accepted in turn: when this one is answered, no request still waits to be accepted.
  await isAnswering(health)
  const stopping = replica.stop()
  await pollUntil(`${replica.name} accepts no more`, async () =>
    (await isAnswering(health)) ? undefined : true,
  )
  upload.sendRest()
  await Promise.all([stopping, upload.done])
  await replica.start()
  rotation.putBack(replica)
}
