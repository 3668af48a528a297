import type { FastifyInstance } from 'fastify'
import type { Receive } from '../api/receive.ts'
import type { World } from '../world/world.ts'
import { changeState, stateChanges } from './state-changes.ts'

export function stateChangeRoutes(api: FastifyInstance, world: World, receive: Receive): void {
  for (const change of stateChanges) {
    api.route({
      method: change.method,
      url: change.path,
      handler: async (request) => {
        await receive(request, change.parameters, (values) => changeState(world, change, values))
        await world.save()
        return { status: 'OK', info: 'Request updated' }
      },
    })
  }
}
