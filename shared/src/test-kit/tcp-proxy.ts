import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'

/**
 * `request`: the chunk and all that follows never arrive. `answer`: they do, but what comes back stays here.
 * `onHeld` is called when it is so, with what breaks the connection.
 */
export type Hold = { what: 'request' | 'answer'; onHeld(breakOff: () => void): void }

/** Sees all that clients send, chunk by chunk, and may hold a connection from then on until it breaks. */
export type Inspect = (chunk: Buffer, connection: object) => Hold | undefined

/** A TCP proxy on a free port of the loopback that can be cut: connections break, and new ones are reset, until it is mended. */
export async function startTcpProxy(target: { host: string; port: number }, inspect?: Inspect) {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((client) => {
    if (isCut) {
      client.resetAndDestroy()
      return
    }
    const upstream = connect(target)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    upstream.pipe(client)
    if (inspect === undefined) client.pipe(upstream)
    else client.pipe(watch(client, upstream, inspect)).pipe(upstream)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const cut = () => {
    isCut = true
    for (const socket of sockets) {
      // Resetting a socket whose end is being passed on would leave its handle open for ever.
      if (socket.writableEnded) socket.destroy()
      else socket.resetAndDestroy()
    }
  }
  return {
    port: address.port,
    cut,
    mend() {
      isCut = false
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

function watch(client: Socket, upstream: Socket, inspect: Inspect): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const hold = inspect(chunk, client)
      const breakOff = () => void client.resetAndDestroy()
      if (hold?.what === 'request') {
        hold.onHeld(breakOff)
        return
      }
      if (hold?.what === 'answer') {
        upstream.unpipe(client)
        upstream.once('readable', () => hold.onHeld(breakOff))
      }
      done(null, chunk)
    },
  })
}
