import { createSealing } from '@werk/shared/crypto/sealing'
import { secondFactorsUnavailable } from './second-factors.errors.ts'
import { secretFromBytes, secretToBytes } from './totp.ts'

/** Seals TOTP secrets, each for its account. @throws AppError second_factor.unavailable without the secret that they need */
export type TotpSecrets = {
  seal(userId: number, secret: string): Uint8Array
  open(userId: number, sealed: Uint8Array): string
}

/** @param secret the setting SECOND_FACTOR_SECRET: not the one of the tokens, which is replaced now and then */
export function createTotpSecrets(secret: string | undefined): TotpSecrets {
  const sealing = secret === undefined ? null : createSealing('werk second factor', secret)
  const id = (userId: number) => `user:${userId}`
  return {
    seal(userId, plain) {
      if (sealing === null) throw secondFactorsUnavailable('SECOND_FACTOR_SECRET is not set')
      return sealing.seal(id(userId), secretToBytes(plain))
    },
    open(userId, sealed) {
      if (sealing === null) throw secondFactorsUnavailable('SECOND_FACTOR_SECRET is not set')
      try {
        return secretFromBytes(sealing.open(id(userId), sealed))
      } catch (error) {
        throw secondFactorsUnavailable(error)
      }
    },
  }
}
