import { setTimeout as delay } from 'node:timers/promises'

const limitMs = 2000

/**
 * To be called when what is on either side of the proxy has ended. A connection whose end is just being passed on cannot
 * be reset, and would stay for ever: so those get the time to end by themselves.
 */
export async function closeProxy(proxy: { close(): Promise<void> }): Promise<void> {
  const end = performance.now() + limitMs
  const isInUse = () => process.getActiveResourcesInfo().includes('TCPSocketWrap')
  while (isInUse() && performance.now() < end) await delay(10)
  await Promise.race([proxy.close(), delay(limitMs, undefined, { ref: false })])
}
