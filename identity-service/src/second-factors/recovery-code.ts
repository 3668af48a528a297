import { createHash, randomBytes } from 'node:crypto'
import { ScureBase32Plugin } from 'otplib'

const count = 10
const randomBytesEach = 15
const base32 = new ScureBase32Plugin()

/** Ten codes like `k7mzq2-…`, four groups of six: 120 random bits each, which no one guesses or finds from a bare hash. */
export function makeRecoveryCodes(): string[] {
  return Array.from({ length: count }, () => {
    const text = base32.encode(randomBytes(randomBytesEach)).toLowerCase()
    return (text.match(/.{6}/g) ?? []).join('-')
  })
}

/** As people type it: in any case, and with white space or dashes anywhere. */
export const bareCode = (typed: string): string => typed.replace(/[\s-]/g, '').toLowerCase()

export const isRecoveryCode = (bare: string): boolean => /^[a-z2-7]{24}$/.test(bare)

/** As it is kept: SHA-256 in hex. */
export function hashRecoveryCode(code: string): string {
  return createHash('sha256').update(bareCode(code)).digest('hex')
}
