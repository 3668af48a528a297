import type { FastifyRequest } from 'fastify'

export const apiPrefix = '/api/v1'

/** How faults and the log call a route: `POST incidents`. */
export function routeName(request: FastifyRequest): string {
  const path = request.routeOptions.url ?? request.url.split('?', 1)[0] ?? ''
  return `${request.method} ${stripPrefix(path)}`
}

export function stripPrefix(path: string): string {
  return path.startsWith(`${apiPrefix}/`) ? path.slice(apiPrefix.length + 1) : path
}
