import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * @param variable the environment variable that sets the port
 * @throws a sentence when somebody listens on this loopback port
 */
export async function refuseBusyPort(port: number, variable: string): Promise<void> {
  if ((await tryListen(port)) !== null) return
  throw new Error(`port ${port} is taken by another program: set ${variable} to a free one`)
}

/** @returns a loopback port that nobody listens on now */
export async function findFreePort(): Promise<number> {
  const port = await tryListen(0)
  if (port === null) throw new Error('this machine has no free port')
  return port
}

async function tryListen(wanted: number): Promise<number | null> {
  const server = createServer()
  try {
    server.listen(wanted, '127.0.0.1')
    await once(server, 'listening')
  } catch {
    return null
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? (address?.port ?? null) : null
}
