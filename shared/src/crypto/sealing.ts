import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export type Sealing = {
  /** @param id of what the text belongs to: it cannot be opened under another */
  seal(id: string, text: Uint8Array): Buffer
  /** @throws Error when neither secret opens it */
  open(id: string, sealed: Uint8Array): Buffer
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/**
 * Keeps what is stored unreadable to whoever reads the database alone. AES-256-GCM, laid out as IV, tag, text; the key
 * comes from the secret by HKDF (RFC 5869), another one for each purpose.
 * @param previousSecret still opens, never seals
 */
export function createSealing(purpose: string, secret: string, previousSecret?: string | undefined): Sealing {
  const current = sealingKey(secret, purpose)
  const previous = previousSecret === undefined ? undefined : sealingKey(previousSecret, purpose)
  return {
    seal(id, text) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv(algorithm, current, iv).setAAD(Buffer.from(id))
      const sealed = Buffer.concat([cipher.update(text), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed])
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

function openWith(key: Buffer, id: string, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(id))
    .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes))
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()])
}

function sealingKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
}
