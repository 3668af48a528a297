import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import Type from 'typebox'
import { paginationOf, positionOf } from '../paging/cursor.request.ts'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import type { NameKeyResource } from '../tickets/name-key-resource.ts'
import { otherCategory } from '../tickets/ticket-kinds.ts'
import type { AcceptSession } from './accept-session.ts'
import { ChatParams, CloseBody, OpenBody, SessionsQuery, SessionWire } from './chat.schemas.ts'
import { toWireSession } from './chat.wire.ts'
import type { CloseSession } from './close-session.ts'
import type { GetSession } from './get-session.ts'
import type { ListSessions } from './list-sessions.ts'
import type { OpenSession } from './open-session.ts'

type Needs = {
  authenticate: Authenticate
  answerOnce: AnswerOnce
  nameKeyResource: NameKeyResource
  openSession: OpenSession
  getSession: GetSession
  listSessions: ListSessions
  acceptSession: AcceptSession
  closeSession: CloseSession
  clock: { now(): Date }
}

const common = { tags: ['Chat'], security: [{ bearer: [] }] }

/** Live chats, from their beginning to their end. */
export function registerSessionRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, answerOnce, nameKeyResource, clock } = needs
  const { openSession, getSession, listSessions, acceptSession, closeSession } = needs

  app.post(
    '/chat/sessions',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Open a chat; where no agent is online it is a ticket at once',
        headers: IdempotencyHeader,
        body: OpenBody,
        response: { 201: Envelope(SessionWire) },
      },
    },
    async (request, reply) => {
      const { message, title = null, category = otherCategory } = request.body
      const [caller, { tenantId }] = [callerOf(request), request]
      return answerOnce(request, reply, {
        tenantId,
        subject: caller.sub,
        status: 201,
        run: (keyId) =>
          openSession({
            ...{ caller, tenantId, wanted: { message, title, category }, by: byOf(request, clock) },
            also: (tx, { id }) => nameKeyResource(tx, keyId, id),
          }),
        recover: (id) => getSession(scopeOf(request), id),
        resourceOf: ({ id }) => id,
        toBody: (session) => {
          reply.header('location', `/chat/sessions/${session.id}`)
          return envelope(request, toWireSession(session), {
            message:
              session.ticketId === null ? 'an agent will answer soon' : 'no agent is online: it is a ticket',
          })
        },
      })
    },
  )

  app.get(
    '/chat/sessions',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'For staff what waits and what they have accepted, for all others their own chats',
        querystring: SessionsQuery,
        response: { 200: Envelope(Type.Array(SessionWire)) },
      },
    },
    async (request) => {
      const { query } = request
      const page = await listSessions(scopeOf(request), { position: positionOf(query), limit: query.limit })
      return envelope(request, page.items.map(toWireSession), { pagination: paginationOf(query, page) })
    },
  )

  app.get(
    '/chat/sessions/:id',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'One chat',
        params: ChatParams,
        response: { 200: Envelope(SessionWire) },
      },
    },
    async (request) =>
      envelope(request, toWireSession(await getSession(scopeOf(request), request.params.id))),
  )

  app.post(
    '/chat/sessions/:id/accept',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Accept a chat that waits; of all who try, one has it',
        params: ChatParams,
        response: { 200: Envelope(SessionWire) },
      },
    },
    async (request) => {
      const target = { scope: scopeOf(request), id: request.params.id }
      return envelope(request, toWireSession(await acceptSession(target, byOf(request, clock))))
    },
  )

  app.post(
    '/chat/sessions/:id/close',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Close a chat, or make a ticket of it',
        params: ChatParams,
        body: CloseBody,
        response: { 200: Envelope(SessionWire) },
      },
    },
    async (request) => {
      const target = { scope: scopeOf(request), id: request.params.id }
      const wanted = { toTicket: request.body.to_ticket === true }
      return envelope(request, toWireSession(await closeSession(target, byOf(request, clock), wanted)))
    },
  )
}
