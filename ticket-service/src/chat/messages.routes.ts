import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { paginationOf, positionOf } from '../paging/cursor.request.ts'
import { byOf, scopeOf } from '../tickets/actor.request.ts'
import { ChatParams, MessageBody, MessagesQuery, MessageWire } from './chat.schemas.ts'
import { toWireMessage } from './chat.wire.ts'
import type { ReadMessages } from './read-messages.ts'
import type { WriteMessage } from './write-message.ts'

type Needs = {
  authenticate: Authenticate
  writeMessage: WriteMessage
  readMessages: ReadMessages
  clock: { now(): Date }
}

const common = { tags: ['Chat'], security: [{ bearer: [] }] }

/** What is said in a chat. */
export function registerMessageRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, writeMessage, readMessages, clock } = needs

  app.post(
    '/chat/sessions/:id/messages',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Say something',
        params: ChatParams,
        body: MessageBody,
        response: { 201: Envelope(MessageWire) },
      },
    },
    async (request, reply) => {
      const { message, nonce = null } = request.body
      const target = { scope: scopeOf(request), id: request.params.id }
      const written = await writeMessage(target, byOf(request, clock), { message, nonce })
      reply.code(201)
      return envelope(request, toWireMessage(written))
    },
  )

  app.get(
    '/chat/sessions/:id/messages',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'What was said and what became of the chat, in order; waits for more where it is asked to',
        params: ChatParams,
        querystring: MessagesQuery,
        response: { 200: Envelope(Type.Array(MessageWire)) },
      },
    },
    async (request, reply) => {
      const { query, params } = request
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const question = {
        ...{ caller: callerOf(request), scope: scopeOf(request), sessionId: params.id },
        ...{ position: positionOf(query), limit: query.limit, waitMs: (query.wait ?? 0) * 1000 },
      }
      const page = await readMessages(question, gone.signal)
      return envelope(request, page.items.map(toWireMessage), { pagination: paginationOf(query, page) })
    },
  )
}
