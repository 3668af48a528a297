import type { FastifyInstance } from 'fastify'

/**
 * A kept-alive connection whose request was in flight when closing began would hold the close up until it idles out.
 * So such an answer says that it is the last one; one whose headers had left already ends its connection when it is whole.
 */
export function closeConnectionsAtTheEnd(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  app.addHook('onResponse', async () => {
    if (closing) setImmediate(() => app.server.closeIdleConnections())
  })
}
