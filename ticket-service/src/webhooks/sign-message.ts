import { createHmac } from 'node:crypto'

export const secretPrefix = 'whsec_'

/**
 * The headers of a message as the Standard Webhooks specification has them: HMAC-SHA-256 over id, time and body, by each
 * of the secrets (one, or during a rotation two).
 * @param secrets `whsec_` and the key in base64
 * @param at of this attempt; receivers refuse what is minutes old
 */
export function signMessage(id: string, body: string, secrets: readonly string[], at: Date) {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(secretPrefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
