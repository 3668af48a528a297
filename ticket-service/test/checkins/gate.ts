import { bearer } from '@werk/shared/test-kit/sign-token'
import type { RecordedScan } from '../../src/checkins/events.schemas.ts'
import type { TicketService } from '../kit/ticket-service.ts'

type App = Pick<TicketService['app'], 'inject'>
type Headers = Record<string, string>

/** A person at a gate. */
export const gate = bearer({ sub: 'gate@example.com', role: 'committee' })
export const admin = bearer({ sub: 'admin@example.com', role: 'admin' })

export type Ticket = { event_id: string | number; ticket_id: string | number; nonce?: string }
export type Action = '' | '/checkout' | '/undo'

/** Scans a ticket. */
export const scan = (app: App, ticket: object, action: Action = '', headers: Headers = gate) =>
  app.inject({ method: 'POST', url: `/checkins${action}`, headers, payload: ticket })

export const upload = (app: App, scans: object[], headers: Headers = gate) =>
  app.inject({ method: 'POST', url: '/checkins/batch', headers, payload: { scans } })

export async function attendance(app: App, eventId: string | number, headers: Headers = gate) {
  const answer = await app.inject({ url: `/attendance/${encodeURIComponent(eventId)}`, headers })
  if (answer.statusCode !== 200) throw new Error(`attendance answered ${answer.statusCode}: ${answer.body}`)
  return answer.json()
}

type Page = { data: RecordedScan[]; meta: { pagination: { next_cursor?: string } } }

/** All of an event's scans, page by page. */
export async function history(app: App, eventId: string | number, headers: Headers = admin) {
  const scans: RecordedScan[] = []
  const url = `/events/${encodeURIComponent(eventId)}/scans?limit=100`
  for (let cursor = ''; ; ) {
    const answer = await app.inject({ url: `${url}${cursor && `&cursor=${cursor}`}`, headers })
    if (answer.statusCode !== 200) throw new Error(`the scans answered ${answer.statusCode}: ${answer.body}`)
    const { data, meta } = answer.json<Page>()
    scans.push(...data)
    if (meta.pagination.next_cursor === undefined) return scans
    cursor = meta.pagination.next_cursor
  }
}

export const setGuests = (
  app: App,
  eventId: string | number,
  ticketIds: readonly (string | number)[],
  method: 'PUT' | 'POST' = 'PUT',
  headers: Headers = admin,
) =>
  app.inject({
    method,
    url: `/events/${encodeURIComponent(eventId)}/guests`,
    headers,
    payload: { ticket_ids: ticketIds },
  })
