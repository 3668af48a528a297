import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { stateSeconds } from './begun-authorization.ts'

/** RFC 6265bis: the prefix makes a browser refuse the cookie unless it is Secure, for this host alone and for Path=/. */
const name = '__Host-werk_openid'
const secretFormat = /^[\w-]{43}$/

/** A secret that tells the browser which went to the provider from every other. */
export const readBrowser = ({ cookies }: FastifyRequest): string | null => {
  const secret = cookies[name] ?? ''
  return secretFormat.test(secret) ? secret : null
}

/**
 * The browser's secret, made and set unless it has one: a second tab must not take the first one's away.
 * Lax, because the provider's page sends the browser back.
 */
export function giveBrowser(request: FastifyRequest, reply: FastifyReply): string {
  const secret = readBrowser(request) ?? randomBytes(32).toString('base64url')
  const attributes = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const
  reply.setCookie(name, secret, { ...attributes, maxAge: stateSeconds })
  return secret
}
