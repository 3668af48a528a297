import assert from 'node:assert/strict'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { createAnnounceEvent } from '../../src/webhooks/announce-event.ts'
import { createAnnouncementsRepository } from '../../src/webhooks/announcements.repository.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

export const key = 'a key for tests that seals webhooks, long enough'
export const path = '/admin/webhooks'
export const admin = bearer({ sub: 'ada@example.com', uid: 900, role: 'admin' })
export const unknown = '01890000-0000-7000-8000-000000000000'

export const startService = (env: Record<string, string> = {}) =>
  startTicketService({ WEBHOOK_SECRET_KEY: key, WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true', ...env })

/** What the core's transactions write for webhooks. */
export const announce = createAnnounceEvent({
  announcements: createAnnouncementsRepository(),
  tenants: { mayHave: () => true },
})

type Asked = { method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'; payload?: object; headers?: object }

export function createClient({ app }: Pick<TicketService, 'app'>) {
  const ask = (url: string, { method = 'GET', payload, headers = admin }: Asked = {}) =>
    app.inject({ method, url, headers: { ...headers }, ...(payload !== undefined && { payload }) })
  const add = async (url: string, more: object = {}, headers: object = admin) => {
    const answer = await ask(path, { method: 'POST', payload: { url, ...more }, headers })
    assert.equal(answer.statusCode, 201, answer.body)
    return answer.json().data as { id: string; secret: string; url: string }
  }
  const deliveriesOf = async (id: string, query = 'limit=100', headers: object = admin) => {
    const answer = await ask(`${path}/${id}/deliveries?${query}`, { headers })
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().data as Record<string, unknown>[]
  }
  return { ask, add, deliveriesOf }
}
