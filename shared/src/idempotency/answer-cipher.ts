import { createSealing, type Sealing } from '../crypto/sealing.ts'

/** Seals stored answers by the token secret, each under the id of its key: an answer may hold a token. */
export function createAnswerCipher(secrets: { JWT_SECRET: string; JWT_SECRET_PREVIOUS?: string }): Sealing {
  return createSealing('werk idempotency answer', secrets.JWT_SECRET, secrets.JWT_SECRET_PREVIOUS)
}
