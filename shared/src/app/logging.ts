import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { pathOf } from '../http/error-handler.ts'

const secrets = ['authorization', 'cookie', 'password', 'token', 'access_token', 'refresh_token', 'secret']
const places = ['', '*.', 'req.headers.', 'req.body.', 'res.headers.', 'headers.', 'body.']

export type LogStream = { write(line: string): void }

/** pino's options: JSON lines; passwords, tokens and cookies never reach them, wherever they hang. */
export function loggerOptions(
  level: string,
  service: string,
  stream?: LogStream,
): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    base: { service },
    redact: {
      paths: places.flatMap((place) => secrets.map((name) => `${place}${name}`)),
      censor: '[redacted]',
    },
    ...(stream === undefined ? {} : { stream }),
  }
}

/** One line a request, when it is answered. The query is left out, because it may hold one-time secrets. */
export function registerRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      path: pathOf(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      address: request.ip,
      ...(request.user === null ? {} : { sub: request.user.sub, tenant_id: request.user.tenantId }),
    }
    if (request.routeOptions.config.probe === true) request.log.debug(line, 'answered')
    else request.log.info(line, 'answered')
  })
}
