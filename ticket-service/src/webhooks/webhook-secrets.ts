import { randomBytes } from 'node:crypto'
import { createSealing } from '@werk/shared/crypto/sealing'
import { secretPrefix } from './sign-message.ts'
import { webhooksUnavailable } from './webhooks.errors.ts'

/** Secrets of webhooks, sealed each for its own. @throws AppError webhooks.unavailable without the secret that seals them */
export type WebhookSecrets = {
  /** `whsec_` and 32 random bytes in base64; they are shown once. */
  make(webhookId: string): { secret: string; sealed: Buffer }
  open(webhookId: string, sealed: Uint8Array): string
}

/** @param key the setting WEBHOOK_SECRET_KEY: not the secret of the tokens, which is replaced now and then */
export function createWebhookSecrets(key: string | undefined): WebhookSecrets {
  const sealing = key === undefined ? null : createSealing('werk webhook secret', key)
  const idOf = (webhookId: string) => `webhook:${webhookId}`
  return {
    make(webhookId) {
      if (sealing === null) throw webhooksUnavailable('WEBHOOK_SECRET_KEY is not set')
      const bytes = randomBytes(32)
      return {
        secret: `${secretPrefix}${bytes.toString('base64')}`,
        sealed: sealing.seal(idOf(webhookId), bytes),
      }
    },
    open(webhookId, sealed) {
      if (sealing === null) throw webhooksUnavailable('WEBHOOK_SECRET_KEY is not set')
      try {
        return `${secretPrefix}${sealing.open(idOf(webhookId), sealed).toString('base64')}`
      } catch (error) {
        throw webhooksUnavailable(error)
      }
    },
  }
}
