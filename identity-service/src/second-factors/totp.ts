import { generateSecret, generateURI, ScureBase32Plugin, verifySync } from 'otplib'

/** RFC 6238 as every authenticator app knows it, and the library's defaults: SHA-1, 6 digits, steps of 30 seconds. */
const stepSeconds = 30
const issuer = 'Werk Ticketing'
const base32 = new ScureBase32Plugin()

/** 160 random bits in base32, as RFC 4226 advises. */
export const makeTotpSecret = (): string => generateSecret()

export const secretToBytes = (secret: string): Uint8Array => base32.decode(secret)
export const secretFromBytes = (bytes: Uint8Array): string => base32.encode(bytes)

/** The `otpauth://` address that an authenticator app reads. */
export function totpUri(secret: string, label: string): string {
  return generateURI({ issuer, label, secret })
}

export const isTotpCode = (code: string): boolean => /^\d{6}$/.test(code)

/** The time step that a code of six digits is of: the one at `now`, or either beside it; null when of none of them. */
export function findTotpStep(secret: string, code: string, now: Date): number | null {
  const epoch = Math.floor(now.getTime() / 1000)
  const found = verifySync({ secret, token: code, epoch, epochTolerance: stepSeconds })
  return found.valid ? Math.floor(epoch / stepSeconds) + found.delta : null
}
