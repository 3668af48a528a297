import { raiseSteadily } from '../clients/load.ts'
import type { Replica } from '../world/replica.ts'
import { type Drill, refusals, type Scenario } from './scenario.ts'

/** SIGTERM to one replica after the other at a steady rate, with an upload half done on each: no request fails. */
export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  load: 'nobody',
  async run(drill) {
    const { clients, world, pace, stopped } = drill
    let isOver = false
    const load = raiseSteadily(clients, { perSecond: pace.perSecond, forMs: pace.rollingMs }).finally(() => {
      isOver = true
    })
    for (let turn = 0; !isOver; turn++) {
      stopped.throwIfAborted()
      await restart(world.replicas[turn % 2 === 0 ? 0 : 1], drill)
    }
    await load
  },
  check: refusals,
}

/** The proxy sends no more to a replica that is told to end; what it has, it finishes. */
async function restart(replica: Replica, { rotation, clients }: Drill): Promise<void> {
  const { promise: half, resolve: onHalf } = Promise.withResolvers<void>()
  const { promise: rest, resolve: sendRest } = Promise.withResolvers<void>()
  const upload = clients[0]?.raise({ isKeyed: false, withFile: true, replica, upload: { onHalf, rest } })
  await half
  rotation.takeOut(replica)
  const stopping = replica.stop()
  setTimeout(sendRest, 200)
  await Promise.all([stopping, upload?.done])
  await replica.start()
  rotation.putBack(replica)
}
