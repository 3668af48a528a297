import './fastify-types.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import cors from '@fastify/cors'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import underPressure from '@fastify/under-pressure'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawServerDefault,
} from 'fastify'
import type { Registry } from 'prom-client'
import { declareFailures, refuseUndeclaredAnswers } from '../http/declared-answers.ts'
import { answerFrameworkError, registerErrorHandling } from '../http/error-handler.ts'
import { registerJsonBody } from '../http/json-body.ts'
import { formatSchemaErrors, underPressure as underPressureError } from '../http/request-errors.ts'
import { requestIdOf } from '../http/request-id.ts'
import { registerValidation } from '../http/schema-compiler.ts'
import { answerBrokenRequest } from './broken-requests.ts'
import { closeConnectionsAtTheEnd } from './drain.ts'
import type { Check } from './health.ts'
import { createLoggers, type LogStream, registerRequestLog } from './logging.ts'
import { registerMetrics } from './metrics.ts'
import { registerOpenApi } from './openapi.ts'
import {
  accountKey,
  type CreateLimit,
  type Limit,
  type RateLimitConfig,
  registerRateLimit,
} from './rate-limit.ts'
import { registerSecurityHeaders } from './security-headers.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export type PlatformConfig = RateLimitConfig & {
  NODE_ENV: 'development' | 'test' | 'production'
  LOG_LEVEL: string
  BODY_LIMIT_BYTES: number
  REQUEST_TIMEOUT_MS: number
  MAX_EVENT_LOOP_DELAY_MS: number
  TRUST_PROXY: string[]
  CORS_ORIGINS: string[]
}

export type Platform = {
  app: App
  metrics: Registry
  limitAccount: Limit
  createLimit: CreateLimit
  /** For `/readyz`: what the platform itself needs. */
  checks: Record<string, Check>
}

type Options = {
  service: string
  title: string
  version: string
  config: PlatformConfig
  logStream?: LogStream
}

/**
 * The platform both services stand on: a Fastify app with logging, request ids, limits, security headers, CORS,
 * validation, the one failure body, metrics and OpenAPI. The service adds its health checks and routes.
 */
export async function createApp({ service, title, version, config, logStream }: Options): Promise<Platform> {
  const { logger, requestLog, close } = createLoggers(config.LOG_LEVEL, service, logStream)
  const app: App = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    frameworkErrors: answerFrameworkError,
    genReqId: requestIdOf,
    bodyLimit: config.BODY_LIMIT_BYTES,
    requestTimeout: config.REQUEST_TIMEOUT_MS,
    http: { headersTimeout: 20_000, connectionsCheckingInterval: 2000, maxHeaderSize: 16_384 },
    trustProxy: config.TRUST_PROXY.length === 0 ? false : config.TRUST_PROXY,
    // An id of 190 characters, each of them escaped.
    routerOptions: { maxParamLength: 600 },
    forceCloseConnections: 'idle',
    schemaErrorFormatter: formatSchemaErrors,
    clientErrorHandler: answerBrokenRequest,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.decorate('service', service)
  app.decorateRequest('tenantId', 0)

  registerErrorHandling(app)
  registerJsonBody(app)
  registerValidation(app)
  declareFailures(app)
  if (config.NODE_ENV !== 'production') refuseUndeclaredAnswers(app)
  app.addHook('onClose', async () => close())
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  registerSecurityHeaders(app)
  closeConnectionsAtTheEnd(app)
  registerRequestLog(app, requestLog)
  const metrics = registerMetrics(app, service)

  await app.register(cors, {
    origin: config.CORS_ORIGINS,
    credentials: true,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    maxAge: 600,
    exposedHeaders: ['ETag', 'X-Request-Id', 'Idempotency-Replayed', 'Retry-After', 'X-Mirror-Stale'],
  })
  const { createLimit, checks } = await registerRateLimit(app, config)
  await registerPressure(app, config)
  await registerOpenApi(app, { title, version })
  const limitAccount = createLimit(config.RATE_LIMIT_PER_ACCOUNT, accountKey)
  return { app, metrics, checks, limitAccount, createLimit }
}

const pressureSampleMs = 1000

/** Refuses requests while the process lags behind. That it lagged while it was being built is no load. */
async function registerPressure(app: App, { MAX_EVENT_LOOP_DELAY_MS }: PlatformConfig): Promise<void> {
  let countsFrom = Number.POSITIVE_INFINITY
  app.addHook('onReady', async () => {
    // The sample that is under way began before, and its figure stands until the next one.
    countsFrom = performance.now() + 2 * pressureSampleMs
  })
  await app.register(underPressure, {
    maxEventLoopDelay: MAX_EVENT_LOOP_DELAY_MS,
    sampleInterval: pressureSampleMs,
    pressureHandler: ({ routeOptions }) => {
      if (routeOptions.config.probe !== true && performance.now() >= countsFrom) throw underPressureError()
    },
  })
}
