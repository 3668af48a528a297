import { createHmac } from 'node:crypto'
import jwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import { LRUCache } from 'lru-cache'
import { Counter, type Registry } from 'prom-client'
import { createAjv } from '../validation/ajv.ts'
import { invalidToken } from './auth.errors.ts'
import { foldLoginName } from './login-name.ts'
import { Claims } from './principal.ts'

export type TokenConfig = {
  JWT_SECRET: string
  JWT_SECRET_PREVIOUS?: string
  JWT_ISSUER: string
  JWT_AUDIENCE: string
}

export type TokenClaims = Omit<Claims, 'exp' | 'iat'>

export type Tokens = {
  /** Signs an access token. @param lifetimeSeconds from now until `exp` */
  issue(claims: TokenClaims, lifetimeSeconds: number): string
  /** The claims of a token whose signature, times and claims are right. @throws AppError token.unauthenticated */
  verify(token: string): Claims
}

type Verified = { header: object; payload: unknown }
/** The secret that made a signature. */
type Signer = keyof Verifications
/** `until`: epoch milliseconds. */
type Remembered = { claims: Claims; by: Signer; until: number }
type Jwt = { sign(payload: object): string; verify(token: string): Verified }

const skewSeconds = 30
/** Of people who are at work at a time. */
const rememberedTokens = 5000
/** Characters. Folding makes up to 18 of one. */
const longestLoginName = 320
/** Three base64url parts; 32 bytes of HMAC end in a digit whose two spare bits are zero, so that no other spelling passes. */
const compactHs256 = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/

/**
 * HS256 tokens as RFC 8725 wants them: one algorithm, `typ` checked, no claim believed unchecked. `kid` names the secret
 * that signed, for people: it is never looked at, because there are two secrets at most to try.
 */
export async function registerTokens(
  app: FastifyInstance,
  config: TokenConfig,
  metrics?: Registry,
): Promise<Tokens> {
  const verified = countVerified(metrics)
  const current = await register(app, 'current', config.JWT_SECRET, config)
  const previous =
    config.JWT_SECRET_PREVIOUS === undefined
      ? undefined
      : await register(app, 'previous', config.JWT_SECRET_PREVIOUS, config)
  const hasValidClaims = createAjv().compile<Claims>(Claims)
  // What was good stays good until its time is over, so it is reckoned once. What is wrong is not remembered: it would push
  // out what is right.
  const remembered = new LRUCache<string, Remembered>({ max: rememberedTokens })

  return {
    issue(claims, lifetimeSeconds) {
      const iat = Math.floor(Date.now() / 1000)
      const { JWT_ISSUER: iss, JWT_AUDIENCE: aud } = config
      return current.sign({ ...claims, iat, exp: iat + lifetimeSeconds, iss, aud })
    },
    verify(token) {
      const known = remembered.get(token)
      if (known !== undefined && Date.now() < known.until) {
        verified[known.by]()
        return known.claims
      }
      if (!compactHs256.test(token)) throw invalidToken('not a compact HS256 token')
      const { header, payload: claims, by } = verifyWithEither(token, current, previous)
      verified[by]()
      // No extension is understood here (RFC 7515, 4.1.11); the verifier passes over a `crit` that is null or empty.
      if ('crit' in header) throw invalidToken('a critical header')
      if (!hasValidClaims(claims)) throw invalidToken(hasValidClaims.errors)
      if (!isKeepable(claims)) throw invalidToken('names that cannot be written down')
      if (claims.iat !== undefined && claims.iat > Date.now() / 1000 + skewSeconds)
        throw invalidToken('iat is ahead')
      remembered.set(token, { claims, by, until: (claims.exp + skewSeconds) * 1000 })
      return claims
    },
  }
}

async function register(
  app: FastifyInstance,
  namespace: string,
  secret: string,
  config: TokenConfig,
): Promise<Jwt> {
  await app.register(jwt, {
    namespace,
    secret,
    sign: { algorithm: 'HS256', kid: keyIdOf(secret) },
    verify: {
      complete: true,
      algorithms: ['HS256'],
      allowedIss: config.JWT_ISSUER,
      allowedAud: config.JWT_AUDIENCE,
      requiredClaims: ['sub', 'exp'],
      checkTyp: 'jwt',
      clockTolerance: skewSeconds * 1000,
      errorCacheTTL: 0,
    },
  })
  return (app.jwt as typeof app.jwt & Record<string, Jwt>)[namespace] as Jwt
}

/** A name for a secret that tells nothing of it. */
export function keyIdOf(secret: string): string {
  return createHmac('sha256', secret).update('werk kid').digest('base64url').slice(0, 12)
}

type Verifications = { current(): void; previous(): void }

/** An operator sees when the previous secret is no longer needed. */
function countVerified(metrics: Registry | undefined): Verifications {
  if (metrics === undefined) return { current() {}, previous() {} }
  const counter = new Counter({
    name: 'tokens_verified_total',
    help: 'good signatures, by the secret that made them',
    labelNames: ['secret'],
    registers: [metrics],
  })
  const current = counter.labels('current')
  const previous = counter.labels('previous')
  // Seen from the start, so that zero can be told from missing.
  current.inc(0)
  previous.inc(0)
  return { current: () => current.inc(), previous: () => previous.inc() }
}

function verifyWithEither(token: string, current: Jwt, previous: Jwt | undefined): Verified & { by: Signer } {
  try {
    return { ...current.verify(token), by: 'current' }
  } catch (error) {
    if (previous === undefined || !isWrongSignature(error)) throw invalidToken(error)
  }
  try {
    return { ...previous.verify(token), by: 'previous' }
  } catch (error) {
    throw invalidToken(error)
  }
}

/** Whether its names can be written down: they are Unicode, and those that one is found by are not too long once folded. */
function isKeepable({ sub, email = sub, name = '' }: Claims): boolean {
  const isShort = (login: string) => Array.from(foldLoginName(login)).length <= longestLoginName
  return [sub, email, name].every((text) => text.isWellFormed()) && isShort(sub) && isShort(email)
}

function isWrongSignature(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'FAST_JWT_INVALID_SIGNATURE'
}
