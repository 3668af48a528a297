import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Before InvGate: it lets everything through but `POST incidents`, which waits until it is opened. */
export async function startGate(invgateUrl: string) {
  const arrived = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  const server = createServer(async (incoming, response) => {
    const { method, url = '/', headers } = incoming
    if (method === 'POST' && url.endsWith('/incidents')) {
      arrived.resolve()
      await opened.promise
    }
    const outgoing = request(new URL(url, invgateUrl), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    incoming.pipe(outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    /** To be asked instead of InvGate. */
    url: Object.assign(new URL(invgateUrl), { port: String(port) }).href,
    /** When the first of what waits is here. */
    arrived: arrived.promise,
    open: opened.resolve,
    close: () => {
      opened.resolve()
      server.closeAllConnections()
      server.close()
    },
  }
}
