import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { TestContext } from 'node:test'

export type SeenRequest = { method: string; url: string; headers: IncomingMessage['headers']; body: string }

/** Listens on a free port of the loopback address until the test ends, and gives that port. */
export async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return port
}

/** A real HTTP server for what a well-behaved InvGate never does. `respond` is called once the request has arrived whole. */
export async function startRawServer(
  t: TestContext,
  respond: (response: ServerResponse, request: IncomingMessage, number: number) => void,
) {
  const seen: SeenRequest[] = []
  const collect: RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    respond(response, request, seen.length)
  }
  const port = await listen(t, createServer(collect))
  return { baseUrl: `http://127.0.0.1:${port}/api/v1/`, seen }
}

export function answerJson(
  response: ServerResponse,
  statusCode: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(statusCode, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
