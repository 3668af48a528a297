import type { FastifyInstance } from 'fastify'
import { Failure } from './failure.ts'

/** Every route that declares a schema also declares that it can fail in the one way. */
export function declareFailures(app: FastifyInstance): void {
  app.addSchema({ ...Failure, $id: 'Failure' })
  const failure = { description: 'Failure', $ref: 'Failure#' }
  app.addHook('onRoute', (route) => {
    if (route.schema === undefined || route.schema.hide === true) return
    const declared = route.schema.response as Record<string, unknown> | undefined
    route.schema = { ...route.schema, response: { '4xx': failure, '5xx': failure, ...declared } }
  })
}

/** Outside production a status that its route did not declare is a fault of ours, and shows as one. */
export function refuseUndeclaredAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply) => {
    const { schema } = request.routeOptions
    if (schema?.hide === true) return
    const declared = schema?.response as Record<string, unknown> | undefined
    const status = String(reply.statusCode)
    if (declared === undefined || status in declared || `${status[0]}xx` in declared) return
    throw new Error(
      `${request.method} ${request.routeOptions.url} answered ${status}, which it does not declare`,
    )
  })
}
