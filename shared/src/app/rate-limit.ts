import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Redis } from 'ioredis'
import { rateLimited } from '../http/request-errors.ts'
import type { Check } from './health.ts'

export type RateLimitConfig = {
  RATE_LIMIT_PER_ADDRESS: number
  RATE_LIMIT_PER_ACCOUNT: number
  REDIS_URL?: string
}

/** Counts one request. @throws AppError request.rate_limited */
export type Limit = (request: FastifyRequest) => Promise<void>

/** Makes a limit of `max` requests a minute (0 is off) for each key that `keyOf` gives. */
export type CreateLimit = (max: number, keyOf: (request: FastifyRequest) => string) => Limit

export type RateLimits = {
  createLimit: CreateLimit
  /** For `/readyz`: what the limits need, where they need anything. */
  checks: Record<string, Check>
}

const window = 60_000

/**
 * Limits requests a minute, per address for all; further limits, such as per account, are made by what it returns.
 * Replicas share the counts through Valkey where it is configured; while it is away requests pass, because an outage
 * of the counter must not become an outage of the desk.
 */
export async function registerRateLimit(app: FastifyInstance, config: RateLimitConfig): Promise<RateLimits> {
  const redis = config.REDIS_URL === undefined ? undefined : connect(app, config.REDIS_URL)
  await app.register(rateLimit, {
    global: false,
    max: config.RATE_LIMIT_PER_ADDRESS,
    timeWindow: window,
    skipOnError: true,
    allowList: (request) => request.routeOptions.config?.probe === true,
    errorResponseBuilder: (_request, { ttl }) => rateLimited(Math.ceil(ttl / 1000)),
    ...(redis === undefined ? {} : { redis, nameSpace: `werk-limit-${app.service}-` }),
  })
  // For the whole app and not by route, so that it comes before a route's `authenticate` and counts unknown paths, too.
  if (config.RATE_LIMIT_PER_ADDRESS > 0) app.addHook('onRequest', app.rateLimit())
  const createLimit: CreateLimit = (max, keyOf) => {
    if (max === 0) return async () => {}
    const count = app.createRateLimit({ max, timeWindow: window, allowList: [], keyGenerator: keyOf })
    return async (request) => {
      const limit = await count(request)
      if (!limit.isAllowed && limit.isExceeded) throw rateLimited(limit.ttlInSeconds)
    }
  }
  return { createLimit, checks: redis === undefined ? {} : { valkey: () => redis.ping() } }
}

/** The key of an authenticated request's account. */
export function accountKey({ user }: FastifyRequest): string {
  return `account:${user?.tenantId}:${user?.sub}`
}

function connect(app: FastifyInstance, url: string): Redis {
  const redis = new Redis(url, {
    connectTimeout: 500,
    commandTimeout: 500,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
  })
  redis.on('error', (error) => app.log.warn({ err: error }, 'valkey is away, rate limits are not shared'))
  app.addHook('onClose', async () => redis.disconnect())
  return redis
}
