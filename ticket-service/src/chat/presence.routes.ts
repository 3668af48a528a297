import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButStaff } from '../administration/access.request.ts'
import { scopeOf } from '../tickets/actor.request.ts'
import { OwnPresenceWire, PresenceBody, PresenceWire } from './chat.schemas.ts'
import { toWirePresence } from './chat.wire.ts'
import type { GetPresence } from './get-presence.ts'
import type { EndPresence, SetPresence } from './set-presence.ts'

type Needs = {
  authenticate: Authenticate
  setPresence: SetPresence
  endPresence: EndPresence
  getPresence: GetPresence
  presenceSeconds: number
}

const common = { tags: ['Chat'], security: [{ bearer: [] }] }
/** One of them may get lost. */
const saysPerPresence = 3

/** Who is there to answer chats. */
export function registerPresenceRoutes(app: App, needs: Needs): void {
  const { authenticate, setPresence, endPresence, getPresence, presenceSeconds } = needs
  const ofStaff = { onRequest: [authenticate, refuseAllButStaff] }

  app.put(
    '/chat/presence',
    {
      ...ofStaff,
      schema: {
        ...common,
        summary: 'Say that you are there, or away; to be repeated',
        body: PresenceBody,
        response: { 200: Envelope(OwnPresenceWire) },
      },
    },
    async (request) => {
      const { status } = request.body
      await setPresence(callerOf(request), request.tenantId, status)
      const heartbeat = Math.max(1, Math.floor(presenceSeconds / saysPerPresence))
      return envelope(request, {
        ...{ status, heartbeat_seconds: heartbeat, expires_in_seconds: presenceSeconds },
      })
    },
  )

  app.delete(
    '/chat/presence',
    {
      ...ofStaff,
      schema: {
        ...common,
        summary: 'Say that you are not there any more',
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      await endPresence(callerOf(request), request.tenantId)
      return envelope(request, null, { message: 'you are not there any more' })
    },
  )

  app.get(
    '/chat/presence',
    {
      onRequest: authenticate,
      schema: {
        ...common,
        summary: 'Whether somebody would answer a chat, and for staff who is there',
        response: { 200: Envelope(PresenceWire) },
      },
    },
    async (request) => envelope(request, toWirePresence(await getPresence(scopeOf(request)))),
  )
}
