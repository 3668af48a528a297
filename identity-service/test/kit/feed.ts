import type { FeedPage } from '@werk/shared/directory/feed'
import { signToken } from '@werk/shared/test-kit/sign-token'
import type { IdentityService } from './identity-service.ts'

export const internalSecret = 'a secret between services, of 32 bytes or more'

/** The header by which another service calls. */
export function serviceAuthorization() {
  const exp = Math.floor(Date.now() / 1000) + 60
  const token = signToken(
    { sub: 'ticket-service', aud: 'werk-internal', exp },
    { secret: internalSecret, header: { typ: 'werk-internal+jwt' } },
  )
  return { authorization: `Bearer ${token}` }
}

type Question = { after?: number; origin?: string; wait?: number; limit?: number }

export const askFeed = (app: IdentityService['app'], question: Question = {}) => {
  const query = Object.fromEntries(Object.entries(question).map(([name, value]) => [name, String(value)]))
  return app.inject({ url: '/internal/feed', query, headers: serviceAuthorization() })
}

export const readFeed = async (app: IdentityService['app'], question: Question = {}): Promise<FeedPage> =>
  (await askFeed(app, question)).json()
