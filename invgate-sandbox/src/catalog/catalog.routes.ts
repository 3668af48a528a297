import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { attributes, categories } from '../world/seed.ts'

const categoryQuery = Type.Object({
  search: Type.Optional(Type.String()),
  page: Type.Integer({ minimum: 1, default: 1 }),
  page_size: Type.Integer({ minimum: 1, maximum: 500, default: 500 }),
})

/** What an incident can be about and of which kind: the same for every call. */
export function catalogRoutes(api: FastifyInstance): void {
  api.get<{ Querystring: Static<typeof categoryQuery> }>(
    '/categories',
    { schema: { querystring: categoryQuery } },
    async ({ query }) => {
      const wanted = (query.search ?? '').toLowerCase()
      const start = (query.page - 1) * query.page_size
      return categories
        .filter(({ name }) => name.toLowerCase().includes(wanted))
        .slice(start, start + query.page_size)
        .map(({ id, name, parentId }) => ({ id, name, parent_category_id: parentId }))
    },
  )

  for (const [name, values] of Object.entries(attributes)) {
    api.get(`/incident.attributes.${name}`, async () => values)
  }
}
