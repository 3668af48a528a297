import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export type AnswerCipher = {
  /** @param id of the key that the answer belongs to: it cannot be opened under another */
  seal(id: string, answer: Buffer): Buffer
  /** @throws Error when neither secret opens it */
  open(id: string, sealed: Buffer): Buffer
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/**
 * Keeps stored answers unreadable to whoever reads the database alone: an answer may hold a token.
 * AES-256-GCM, laid out as IV, tag, text; the key comes from the token secret by HKDF (RFC 5869).
 */
export function createAnswerCipher(secrets: {
  JWT_SECRET: string
  JWT_SECRET_PREVIOUS?: string
}): AnswerCipher {
  const current = cipherKey(secrets.JWT_SECRET)
  const previous =
    secrets.JWT_SECRET_PREVIOUS === undefined ? undefined : cipherKey(secrets.JWT_SECRET_PREVIOUS)
  return {
    seal(id, answer) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, current, iv).setAAD(Buffer.from(id))
      const text = Buffer.concat([cipher.update(answer), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), text])
    },
    open(id, sealed) {
      try {
        return openWith(current, id, sealed)
      } catch (error) {
        if (previous === undefined) throw error
        return openWith(previous, id, sealed)
      }
    },
  }
}

function openWith(key: Buffer, id: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(id))
    .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()])
}

function cipherKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'werk idempotency answer', 32))
}
