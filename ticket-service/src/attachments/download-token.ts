import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Which file a link leads to. */
export type DownloadLink = {
  tenantId: number
  /** The ticket whose attachment it is; null for an upload. */
  ticketId: string | null
  /** UUID of the attachment or upload. */
  id: string
}

export type DownloadTokens = {
  /** Whoever has the token gets the file until then; it can be told to nobody but by whoever has it. */
  sign(link: DownloadLink, expiresAt: Date): string
  /** Null for a token that is not ours, was changed, or whose time is over. */
  verify(token: string): DownloadLink | null
}

type Secrets = { JWT_SECRET: string; JWT_SECRET_PREVIOUS?: string }

/** base64url of the link as JSON, and of its HMAC-SHA-256; of the two spellings that base64url allows only the right one. */
const form = /^([\w-]{1,400})\.([\w-]{42}[AEIMQUYcgkosw048])$/

/** Links that need no other token, for a short time. The key comes from the secret by HKDF (RFC 5869), for this alone. */
export function createDownloadTokens(secrets: Secrets, clock: { now(): Date }): DownloadTokens {
  const current = keyOf(secrets.JWT_SECRET)
  const previous = secrets.JWT_SECRET_PREVIOUS === undefined ? [] : [keyOf(secrets.JWT_SECRET_PREVIOUS)]

  return {
    sign({ tenantId, ticketId, id }, expiresAt) {
      const claims = [tenantId, ticketId, id, Math.floor(expiresAt.getTime() / 1000)]
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
      return `${payload}.${macOf(current, payload).toString('base64url')}`
    },

    verify(token) {
      const [, payload = '', given = ''] = form.exec(token) ?? []
      if (payload === '') return null
      const mac = Buffer.from(given, 'base64url')
      if (![current, ...previous].some((key) => timingSafeEqual(macOf(key, payload), mac))) return null
      const [tenantId, ticketId, id, seconds] = JSON.parse(Buffer.from(payload, 'base64url').toString())
      return clock.now().getTime() < seconds * 1000 ? { tenantId, ticketId, id } : null
    },
  }
}

function macOf(key: Buffer, payload: string): Buffer {
  return createHmac('sha256', key).update(payload).digest()
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'werk download link', 32))
}
