import jwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import { ConfigError } from '../config/read-config.ts'
import { invalidToken, missingAuthorization } from './auth.errors.ts'
import type { Authenticate } from './authenticate.ts'

/** What one service shows another in place of a person's token. */
export type ServiceTokens = {
  /** Signs one for the next call. */
  issue(): string
  /** @throws AppError token.unauthenticated */
  verify(token: string): void
}

type Secrets = { INTERNAL_SECRET: string; JWT_SECRET: string; JWT_SECRET_PREVIOUS?: string }
type Jwt = { sign(payload: object): string; verify(token: string): unknown }

const audience = 'werk-internal'
/** A type of its own (RFC 8725, 3.11), so that neither kind of token passes for the other whatever the secrets are. */
const typ = 'werk-internal+jwt'
const lifetimeSeconds = 60
const skewMs = 30_000

/**
 * HS256 tokens between the services: a secret, an audience and a type of their own, and a life of a minute.
 * @throws ConfigError when the secret is one that users' tokens are signed with
 */
export async function registerServiceTokens(app: FastifyInstance, config: Secrets): Promise<ServiceTokens> {
  refuseUsersSecret(config)
  const namespace = 'internal'
  await app.register(jwt, {
    namespace,
    secret: config.INTERNAL_SECRET,
    sign: { algorithm: 'HS256', header: { alg: 'HS256', typ } },
    verify: {
      algorithms: ['HS256'],
      allowedAud: audience,
      requiredClaims: ['sub', 'exp', 'aud'],
      checkTyp: typ,
      clockTolerance: skewMs,
      errorCacheTTL: 0,
    },
  })
  const signer = (app.jwt as typeof app.jwt & Record<string, Jwt>)[namespace] as Jwt
  return {
    issue() {
      const iat = Math.floor(Date.now() / 1000)
      return signer.sign({ sub: app.service, aud: audience, iat, exp: iat + lifetimeSeconds })
    },
    verify(token) {
      try {
        signer.verify(token)
      } catch (error) {
        throw invalidToken(error)
      }
    },
  }
}

/** Makes the hook that lets other services in and nobody else: no user's token, and no API key. */
export function createAuthenticateService(tokens: ServiceTokens): Authenticate {
  return async ({ headers }) => {
    const token = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
    if (token === undefined) throw missingAuthorization()
    tokens.verify(token)
  }
}

function refuseUsersSecret({ INTERNAL_SECRET, JWT_SECRET, JWT_SECRET_PREVIOUS }: Secrets): void {
  if (INTERNAL_SECRET !== JWT_SECRET && INTERNAL_SECRET !== JWT_SECRET_PREVIOUS) return
  throw new ConfigError(['INTERNAL_SECRET must not be a secret of JWT_SECRET or JWT_SECRET_PREVIOUS'])
}
