import { isAnswering } from '../clients/ask.ts'
import type { Rotation } from '../clients/rotation.ts'
import type { Replica } from '../world/replica.ts'

/** The proxy sends no more to a replica that is told to end; what it has, it finishes; ready again, it is put back. */
export async function restartBehindProxy(replica: Replica, rotation: Rotation): Promise<void> {
  rotation.takeOut(replica)
  // Connections are accepted in turn: when this one is answered, no request still waits to be accepted.
  await isAnswering(`${replica.url}/healthz`)
  await replica.stop()
  await replica.start()
  rotation.putBack(replica)
}
