import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { LogicalFault, Refusal } from '../api/failures.ts'
import type { World } from '../world/world.ts'
import { presentAttachment } from './attachment.ts'
import type { FileStore } from './file-store.ts'

const byId = Type.Object({ id: Type.Integer() })
type ById = Static<typeof byId>

export function attachmentRoutes(api: FastifyInstance, world: World, store: FileStore): void {
  api.get<{ Querystring: ById }>(
    '/incident.attachment',
    { schema: { querystring: byId } },
    async (request) => {
      const attachment = world.attachments.get(request.query.id)
      if (attachment === undefined) throw new LogicalFault('Attachment not found')
      const url = `${request.protocol}://${request.host}${api.prefix}/attachments/${attachment.id}`
      return presentAttachment(attachment, url)
    },
  )

  api.get<{ Params: ById }>('/attachments/:id', { schema: { params: byId } }, async (request, reply) => {
    const attachment = world.attachments.get(request.params.id)
    if (attachment === undefined) throw new Refusal(404, 'Not found')
    return reply
      .type(attachment.contentType)
      .header('content-length', attachment.size)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(attachment.name)}`)
      .send(await store.read(attachment.key))
  })
}
