import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Redis } from 'ioredis'
import { rateLimited } from '../http/request-errors.ts'

export type RateLimitConfig = {
  RATE_LIMIT_PER_ADDRESS: number
  RATE_LIMIT_PER_ACCOUNT: number
  REDIS_URL?: string
}

/** Counts one request of an account. @throws AppError request.rate_limited */
export type AccountLimit = (request: FastifyRequest) => Promise<void>

const window = 60_000

/**
 * Limits requests a minute, per address for all and per account for the authenticated. Replicas share the counts
 * through Valkey where it is configured; while it is away requests pass, because an outage of the counter must not
 * become an outage of the desk.
 */
export async function registerRateLimit(
  app: FastifyInstance,
  config: RateLimitConfig,
): Promise<AccountLimit> {
  const redis = config.REDIS_URL === undefined ? undefined : connect(app, config.REDIS_URL)
  await app.register(rateLimit, {
    global: config.RATE_LIMIT_PER_ADDRESS > 0,
    max: config.RATE_LIMIT_PER_ADDRESS,
    timeWindow: window,
    skipOnError: true,
    allowList: (request) => request.routeOptions.config.probe === true,
    errorResponseBuilder: (_request, { ttl }) => rateLimited(Math.ceil(ttl / 1000)),
    ...(redis === undefined ? {} : { redis, nameSpace: `werk-limit-${app.service}-` }),
  })
  if (config.RATE_LIMIT_PER_ACCOUNT === 0) return async () => {}
  const count = app.createRateLimit({
    max: config.RATE_LIMIT_PER_ACCOUNT,
    timeWindow: window,
    allowList: [],
    keyGenerator: (request) => `account:${request.user?.tenantId}:${request.user?.sub}`,
  })
  return async (request) => {
    const limit = await count(request)
    if (!limit.isAllowed && limit.isExceeded) throw rateLimited(limit.ttlInSeconds)
  }
}

function connect(app: FastifyInstance, url: string): Redis {
  const redis = new Redis(url, { connectTimeout: 500, maxRetriesPerRequest: 1, enableOfflineQueue: false })
  redis.on('error', (error) => app.log.warn({ err: error }, 'valkey is away, rate limits are not shared'))
  app.addHook('onClose', async () => redis.disconnect())
  return redis
}
