import type { FastifyReply, FastifyRequest } from 'fastify'
import { refusalBody } from './failures.ts'

export type Credentials = { readonly username: string; readonly password: string }

/** An onRequest hook: HTTP Basic (RFC 7617); anything but these credentials is answered 401. */
export function requireBasicAuth({ username, password }: Credentials) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ', 2)
    const given = Buffer.from(token, 'base64').toString('utf8')
    if (scheme.toLowerCase() === 'basic' && given === `${username}:${password}`) return
    reply.header('www-authenticate', 'Basic realm="InvGate Service Desk", charset="UTF-8"')
    return reply.code(401).send(refusalBody(401, 'Invalid credentials'))
  }
}
