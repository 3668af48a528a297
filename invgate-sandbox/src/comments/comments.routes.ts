import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import type { Receive } from '../api/receive.ts'
import { getIncident } from '../incidents/get-incident.ts'
import type { World } from '../world/world.ts'
import { addComment, commentsOf } from './add-comment.ts'
import { presentComment } from './comment.ts'
import { commentsQuery, newComment } from './comments.schemas.ts'

export function commentRoutes(api: FastifyInstance, world: World, receive: Receive): void {
  api.get<{ Querystring: Static<typeof commentsQuery> }>(
    '/incident.comment',
    { schema: { querystring: commentsQuery } },
    async ({ query }) => {
      const incident = getIncident(world, query.request_id)
      return commentsOf(world, incident.id).map((comment) => presentComment(comment, query.date_format))
    },
  )

  api.post('/incident.comment', async (request) => {
    await receive(request, newComment, (values, files) => addComment(world, values, files))
    await world.save()
    return { status: 'OK', info: 'Comment added' }
  })
}
