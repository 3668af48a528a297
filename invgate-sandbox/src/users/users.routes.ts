import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { LogicalFault, Refusal } from '../api/failures.ts'
import type { Receive } from '../api/receive.ts'
import type { World } from '../world/world.ts'
import { addUser } from './add-user.ts'
import { findUser } from './find-user.ts'
import { presentUser } from './user.ts'
import { newUser, userKey } from './users.schemas.ts'

export function userRoutes(api: FastifyInstance, world: World, receive: Receive): void {
  api.post('/user', async (request) => {
    const user = await receive(request, newUser, (values) => addUser(world, values))
    await world.save()
    return presentUser(user)
  })

  api.get<{ Querystring: Static<typeof userKey> }>(
    '/user.by',
    { schema: { querystring: userKey } },
    async ({ query }) => {
      if (query.email === undefined && query.username === undefined) {
        throw new Refusal(428, 'email or username is required')
      }
      const user = findUser(world, query)
      if (user === null) throw new LogicalFault('User not found')
      return presentUser(user)
    },
  )
}
