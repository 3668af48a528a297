import { createHmac } from 'node:crypto'

export const testSecret = 'a secret for tests, of 32 bytes or more'

/** Signs a JWT by hand, as anybody with the shared secret could: whatever claims and header are wanted. */
export function signToken(claims: object, { secret = testSecret, header = {} as object } = {}): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

/** The header of a caller who has these claims, for an hour. */
export function bearer(claims: { sub: string } & Record<string, unknown>): { authorization: string } {
  const exp = Math.floor(Date.now() / 1000) + 3600
  return { authorization: `Bearer ${signToken({ exp, ...claims })}` }
}
