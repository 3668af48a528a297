import '@fastify/jwt'
import type { ApiScope } from '../auth/api-key.ts'
import type { Principal } from '../auth/principal.ts'

declare module '@fastify/jwt' {
  interface FastifyJWT {
    /** `request.user`: who calls, set by `authenticate`, null on public routes. */
    user: Principal | null
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The service's name, as in `/health`. */
    service: string
  }
  interface FastifyRequest {
    /** The tenant that the request works in: set by `authenticate`. */
    tenantId: number
  }
  interface FastifyContextConfig {
    /** Health probes, metrics and what services ask each other: not limited, logged at debug level. */
    probe?: boolean
    /** What an API key must be allowed to do here; a route without it is not for keys. */
    apiScope?: ApiScope
  }
}
