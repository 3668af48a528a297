import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** RFC 6265bis: the prefix makes a browser refuse the cookie unless it is Secure, for this host alone and for Path=/. */
const name = '__Host-werk_refresh'

export type SameSite = 'strict' | 'lax' | 'none'

/** The refresh token as browsers keep it, where no script can read it. */
export type RefreshCookie = {
  read(request: FastifyRequest): string | null
  write(reply: FastifyReply, token: string, expires: Date): void
  clear(reply: FastifyReply): void
}

export function createRefreshCookie(sameSite: SameSite): RefreshCookie {
  const attributes: CookieSerializeOptions = { httpOnly: true, secure: true, sameSite, path: '/' }
  return {
    read: ({ cookies }) => cookies[name] || null,
    write: (reply, token, expires) => void reply.setCookie(name, token, { ...attributes, expires }),
    clear: (reply) => void reply.clearCookie(name, attributes),
  }
}
