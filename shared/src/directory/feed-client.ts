import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import got from 'got'
import { createAjv } from '../validation/ajv.ts'
import { FeedPage } from './feed.ts'
import type { KeyUse } from './key-uses.ts'

export type FeedPosition = {
  /** null before anything was read */
  origin: string | null
  /** the sequence number of the last change that is known */
  cursor: number
}

export type FeedClient = {
  /**
   * What changed after a position; waits for a change so many seconds at most.
   * @throws when the feed is away, refuses, or answers what is no page
   */
  read(after: FeedPosition, waitSeconds: number, signal: AbortSignal): Promise<FeedPage>
  /** Tells when API keys were used last. */
  reportKeyUses(uses: readonly KeyUse[]): Promise<void>
  close(): void
}

type Options = {
  /** of the identity-service, such as http://identity-service:18081 */
  baseUrl: string
  issueToken(): string
}

const largestPage = 500
/** Beyond the wait that was asked for. A connection that went dead must not hide what ended for long. */
const answerMs = 1500
const reportMs = 5000

/** The identity-service's feed over HTTP. Every call shows a fresh service token and is made once. */
export function createFeedClient({ baseUrl, issueToken }: Options): FeedClient {
  const agent = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) }
  const base = new URL('internal/', baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`)
  const isPage = createAjv().compile<FeedPage>(FeedPage)
  const common = () => ({
    agent,
    headers: { authorization: `Bearer ${issueToken()}`, 'user-agent': 'werk-ticketing' },
    followRedirect: false,
    retry: { limit: 0 },
  })

  return {
    async read({ origin, cursor }, waitSeconds, signal) {
      const page: unknown = await got
        .get(new URL('feed', base), {
          ...common(),
          searchParams: {
            after: cursor,
            wait: waitSeconds,
            limit: largestPage,
            ...(origin !== null && { origin }),
          },
          timeout: { request: waitSeconds * 1000 + answerMs },
          signal,
        })
        .json()
      if (!isPage(page)) throw new Error('the directory feed answered what is no page of it')
      return page
    },

    async reportKeyUses(uses) {
      const timeout = { request: reportMs }
      await got.post(new URL('api-key-uses', base), { ...common(), json: { uses }, timeout })
    },

    close() {
      agent.http.destroy()
      agent.https.destroy()
    },
  }
}
