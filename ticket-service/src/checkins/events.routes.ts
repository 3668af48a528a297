import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { refuseAllButManagers } from '../administration/access.request.ts'
import { EventParams } from './checkins.schemas.ts'
import { Guest, GuestCount, GuestsBody, GuestsQuery, RecordedScan, ScansQuery } from './events.schemas.ts'
import { readGuestCursor, toRecordedScan, writeGuestCursor } from './events.wire.ts'
import type { GuestList } from './guest-list.ts'
import type { ListScans } from './list-scans.ts'

type Needs = { authenticate: Authenticate; guestList: GuestList; listScans: ListScans }

const common = { tags: ['Check-ins'], security: [{ bearer: [] }] }
/** 10,000 ids of the longest text. */
const guestsLimit = 8 * 1_048_576

/** For those who run an event: whom it expects, and what happened at its gates. */
export function registerEventRoutes(app: App, needs: Needs): void {
  const { guestList, listScans } = needs
  const onRequest = [needs.authenticate, refuseAllButManagers]
  const toRead = { onRequest, config: { apiScope: 'checkins:read' as const } }
  const toWrite = { onRequest, config: { apiScope: 'checkins:write' as const } }
  const path = '/events/:event_id/guests'

  for (const [method, summary] of [
    ['PUT', 'Replace the guest list of an event, or begin one'],
    ['POST', 'Add to the guest list of an event, or begin one'],
  ] as const) {
    const change = method === 'PUT' ? guestList.replace : guestList.add
    app.route({
      ...toWrite,
      method,
      url: path,
      bodyLimit: guestsLimit,
      schema: {
        ...common,
        summary,
        params: EventParams,
        body: GuestsBody,
        response: { 200: Envelope(GuestCount) },
      },
      handler: async (request) => {
        const guests = await change(eventOf(request), request.body.ticket_ids, callerOf(request).sub)
        return envelope(request, { guests })
      },
    })
  }

  app.get(
    path,
    {
      ...toRead,
      schema: {
        ...common,
        summary: 'The guest list of an event',
        params: EventParams,
        querystring: GuestsQuery,
        response: { 200: Envelope(Type.Array(Guest)) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const after = cursor === undefined ? null : readGuestCursor(cursor)
      const { ticketIds, next } = await guestList.list(eventOf(request), { after, limit })
      const pagination = paginationOf(request.query, next === null ? null : writeGuestCursor(next))
      return envelope(
        request,
        ticketIds.map((ticket_id) => ({ ticket_id })),
        { pagination },
      )
    },
  )

  app.delete(
    path,
    {
      ...toWrite,
      schema: {
        ...common,
        summary: 'Remove the guest list: every ticket may come in',
        params: EventParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      await guestList.remove(eventOf(request))
      return envelope(request, null, { message: 'the event has no guest list any more' })
    },
  )

  app.get(
    '/events/:event_id/scans',
    {
      ...toRead,
      schema: {
        ...common,
        summary: 'All that happened at the gates of an event',
        params: EventParams,
        querystring: ScansQuery,
        response: { 200: Envelope(Type.Array(RecordedScan)) },
      },
    },
    async (request) => {
      const { limit, cursor = null } = request.query
      const { scans, nextCursor } = await listScans(eventOf(request), { cursor, limit })
      const pagination = paginationOf(request.query, nextCursor)
      return envelope(request, scans.map(toRecordedScan), { pagination })
    },
  )
}

function eventOf(request: FastifyRequest<{ Params: { event_id: string } }>) {
  return { tenantId: request.tenantId, eventId: request.params.event_id }
}

function paginationOf({ limit, cursor }: { limit: number; cursor?: string }, nextCursor: string | null) {
  return {
    ...(nextCursor !== null && { next_cursor: nextCursor }),
    has_next: nextCursor !== null,
    has_prev: cursor !== undefined,
    limit,
  }
}
