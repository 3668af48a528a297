import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import type { DropIntent } from './drop-intent.ts'
import type { LinkIntent } from './link-intent.ts'
import type { Operation } from './operated-intent.ts'
import {
  DropBody,
  Intent,
  IntentDetail,
  IntentParams,
  IntentsQuery,
  LinkBody,
  LinkedIntent,
} from './operators.schemas.ts'
import { toStates, toWireIntent, toWireIntentDetail } from './operators.wire.ts'
import type { GetIntent, ListIntents } from './read-intents.ts'
import type { ResendIntent } from './resend-intent.ts'

type Needs = {
  authenticate: Authenticate
  listIntents: ListIntents
  getIntent: GetIntent
  linkIntent: LinkIntent
  resendIntent: ResendIntent
  dropIntent: DropIntent
}

const common = { tags: ['Operators'], security: [{ bearer: [] }] }
const path = '/admin/ticket-intents'

/** Tickets in doubt or failed, for the admins of their tenant and the operators of the installation. */
export function registerOperatorRoutes(app: App, needs: Needs): void {
  const { listIntents, getIntent, linkIntent, resendIntent, dropIntent } = needs
  const onRequest = [needs.authenticate, refuseAllButAdmins]

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Tickets on their way to InvGate',
        querystring: IntentsQuery,
        response: { 200: Envelope(Type.Array(Intent)) },
      },
    },
    async (request) => {
      const { state, limit, cursor = null } = request.query
      const { intents, nextCursor } = await listIntents(request.tenantId, {
        states: toStates(state),
        cursor,
        limit,
      })
      const pagination = {
        ...(nextCursor !== null && { next_cursor: nextCursor }),
        has_next: nextCursor !== null,
        has_prev: cursor !== null,
        limit,
      }
      return envelope(request, intents.map(toWireIntent), { pagination })
    },
  )

  app.get(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'One of them, and what operators did to it',
        params: IntentParams,
        response: { 200: Envelope(IntentDetail) },
      },
    },
    async (request) =>
      envelope(request, toWireIntentDetail(await getIntent(request.tenantId, request.params.id))),
  )

  app.post(
    `${path}/:id/link`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'InvGate has it: store it as that incident',
        params: IntentParams,
        body: LinkBody,
        response: { 200: Envelope(LinkedIntent) },
      },
    },
    async (request) => {
      const { inv_gate_id: invGateId } = request.body
      const linked = await linkIntent({ ...operationOf(request), invGateId })
      const data = { ticket_id: linked.ticketId, inv_gate_id: linked.invGateId }
      return envelope(request, data, { message: 'the ticket is stored' })
    },
  )

  app.post(
    `${path}/:id/resend`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'InvGate does not have it: send it again',
        params: IntentParams,
        response: { 200: Envelope(Intent) },
      },
    },
    async (request) => {
      const intent = await resendIntent(operationOf(request))
      return envelope(request, toWireIntent(intent), { message: 'the ticket will be sent again' })
    },
  )

  app.post(
    `${path}/:id/drop`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Give it up',
        params: IntentParams,
        body: DropBody,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      await dropIntent({ ...operationOf(request), reason: request.body.reason })
      return envelope(request, null, { message: 'the ticket is given up' })
    },
  )
}

function operationOf(request: FastifyRequest<{ Params: { id: string } }>): Operation {
  return { tenantId: request.tenantId, id: request.params.id, actor: callerOf(request).sub }
}
