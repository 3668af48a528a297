import type { FastifyInstance } from 'fastify'
import { type DestinationStream, type Logger, pino } from 'pino'
import { pathOf } from '../http/error-handler.ts'

const secrets = ['authorization', 'cookie', 'password', 'token', 'access_token', 'refresh_token', 'secret']
const places = ['', '*.', '*.headers.', 'headers.', 'body.']

export type LogStream = { write(line: string): void }

export type Loggers = {
  /** Passwords, tokens and cookies never get through it, wherever they hang. */
  logger: Logger
  /** For the line a request: it names fields that are no secrets, so nothing is looked for in it. */
  requestLog: Logger
  /** Writes what is still gathered. */
  close(): void
}

/** pino's JSON lines, to standard output unless a stream is given. */
export function createLoggers(level: string, service: string, given?: LogStream): Loggers {
  const { stream, close } = given === undefined ? gatheredOutput() : { stream: given, close: () => {} }
  const options = { level, base: { service } }
  const redact = {
    paths: places.flatMap((place) => secrets.map((name) => `${place}${name}`)),
    censor: '[redacted]',
  }
  return {
    logger: pino({ ...options, redact, serializers: { req: describeRequest } }, stream),
    requestLog: pino(options, stream),
    close,
  }
}

/** One line a request, when it is answered. The query is left out, because it may hold one-time secrets. */
export function registerRequestLog(app: FastifyInstance, requestLog: Logger): void {
  app.addHook('onResponse', (request, reply, done) => {
    const line = {
      request_id: request.id,
      method: request.method,
      path: pathOf(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      address: request.ip,
      sub: request.user?.sub,
      tenant_id: request.user?.tenantId,
    }
    if (request.routeOptions.config.probe === true) requestLog.debug(line, 'answered')
    else requestLog.info(line, 'answered')
    done()
  })
}

const longestWaitMs = 500
const gatheredBytes = 4096

/** A system call for each line costs a tenth of a request: lines are gathered, for half a second at most. */
function gatheredOutput(): { stream: DestinationStream; close(): void } {
  const stream = pino.destination({ dest: 1, sync: false, minLength: gatheredBytes })
  const timer = setInterval(() => stream.flush(), longestWaitMs)
  timer.unref()
  return {
    stream,
    close() {
      clearInterval(timer)
      stream.flushSync()
    },
  }
}

function describeRequest({ method, url }: { method?: string; url?: string }) {
  return { method, path: pathOf(url ?? '') }
}
