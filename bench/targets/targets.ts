import { join } from 'node:path'
import { signToken } from '@werk/shared/test-kit/sign-token'
import { creatorEmail } from './seed-tickets.ts'
import type { RunningTarget, World } from './world.ts'

/** The ticket-service as in production, but for limits that would end the bench, a mirror that stays fresh and no looks at InvGate by itself. */
export function startTicketService(world: World, env: Record<string, string> = {}): Promise<RunningTarget> {
  return world.start('ticket-service', 'ticket-service/src/main.ts', {
    ...production(world),
    DATABASE_URL: world.databaseUrls.ticket,
    UPLOAD_DIR: join(world.folder, 'uploads'),
    SPOOL_DIR: join(world.folder, 'spool'),
    MIRROR_FRESH_MS: String(24 * 60 * 60 * 1000),
    // It would compare all that is seeded with InvGate, in the very first seconds.
    SYNC_INTERVAL_MS: '0',
    ...env,
  })
}

export function startIdentityService(world: World, env: Record<string, string> = {}): Promise<RunningTarget> {
  return world.start('identity-service', 'identity-service/src/main.ts', {
    ...production(world),
    DATABASE_URL: world.databaseUrls.identity,
    GUESS_LIMIT_ACCOUNT: '0',
    GUESS_LIMIT_ADDRESS: '0',
    ...env,
  })
}

export function startFloor(world: World, env: Record<string, string> = {}): Promise<RunningTarget> {
  return world.start('floor', 'bench/floor/main.ts', {
    ...production(world),
    DATABASE_URL: world.databaseUrls.ticket,
    ...env,
  })
}

/** The header of one of the seeded creators, with every claim that the identity-service puts into a token. */
export function bearerOf(
  world: World,
  creator: number,
  more: { role?: string; tenant_id?: number } = {},
): { authorization: string } {
  const email = creatorEmail(creator)
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    sub: email,
    email,
    name: 'Bench Creator',
    uid: creator + 1,
    tenant_id: 1,
    role: 'user',
    sid: '0198f000-0000-7000-8000-000000000000',
    invgate_id: 100 + creator,
    iat,
    exp: iat + 3600,
    iss: 'werk-identity',
    aud: 'werk-ticketing',
    ...more,
  }
  return { authorization: `Bearer ${signToken(claims, { secret: world.jwtSecret })}` }
}

function production(world: World): Record<string, string> {
  return {
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    JWT_SECRET: world.jwtSecret,
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_PER_ACCOUNT: '0',
    ARMMADA_BASE_URL: world.desk,
    ARMMADA_USERNAME: 'sandbox',
    ARMMADA_PASSWORD: 'sandbox',
  }
}
