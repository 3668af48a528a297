import { randomInt } from 'node:crypto'
import { refuseBusyPort } from '../../scripts/database/port.ts'

/**
 * A loopback port that stays ours while what listens on it is down: below the range that systems take the ports of
 * outgoing connections from, of which a drill makes thousands.
 */
export async function findStablePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(20_000, 32_000)
    const isFree = await refuseBusyPort(port, 'port').then(
      () => true,
      () => false,
    )
    if (isFree) return port
  }
  throw new Error('this machine has no free port')
}
