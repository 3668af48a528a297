import type { FastifyInstance } from 'fastify'
import { Refusal } from '../api/failures.ts'
import { type FaultRule, faultRules } from './fault.schemas.ts'
import type { FaultBook } from './fault-book.ts'

/** @param routes every name that a rule may carry: a misspelt one would never strike, and its drill always pass. */
export function faultRoutes(control: FastifyInstance, book: FaultBook, routes: ReadonlySet<string>): void {
  control.get('/faults', async () => book.active())

  control.put<{ Body: FaultRule[] }>('/faults', { schema: { body: faultRules } }, async ({ body }) => {
    const unknown = body.find(({ route }) => route !== '*' && !routes.has(route))
    if (unknown !== undefined) throw new Refusal(400, `no such route: ${unknown.route}`)
    book.replace(body)
    return book.active()
  })

  control.delete('/faults', async (_request, reply) => {
    book.replace([])
    return reply.code(204).send()
  })
}
