import type { Readable } from 'node:stream'

/**
 * Reads the rest of a refused request away. A client that writes its whole body before it reads would otherwise
 * find the connection reset instead of the answer. A rest of more than `maxBytes` ends the connection;
 * one that comes too slowly is ended by the server's request time-out.
 */
export function drainRest(request: Readable, maxBytes: number): void {
  let drained = 0
  request.on('error', () => {})
  request.unpipe()
  request.on('data', (chunk: Buffer) => {
    drained += chunk.length
    if (drained > maxBytes) request.destroy()
  })
  request.resume()
}
