import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { refuseAllButManagers, refuseAllButStaff } from '../administration/access.request.ts'
import { paginationOf, positionOf } from '../paging/cursor.request.ts'
import { actorOf, byOf, scopeOf } from '../tickets/actor.request.ts'
import {
  CannedRepliesQuery,
  CannedReplyBody,
  CannedReplyChanges,
  CannedReplyParams,
  CannedReplyWire,
  PreviewParams,
  PreviewWire,
} from './canned-replies.schemas.ts'
import { toWireCannedReply } from './canned-replies.wire.ts'
import type { AddCannedReply, ChangeCannedReply, RemoveCannedReply } from './change-canned-replies.ts'
import type { PreviewCannedReply } from './preview-canned-reply.ts'
import type { GetCannedReply, ListCannedReplies } from './read-canned-replies.ts'

type Needs = {
  authenticate: Authenticate
  listCannedReplies: ListCannedReplies
  getCannedReply: GetCannedReply
  addCannedReply: AddCannedReply
  changeCannedReply: ChangeCannedReply
  removeCannedReply: RemoveCannedReply
  previewCannedReply: PreviewCannedReply
  clock: { now(): Date }
}

const common = { tags: ['Canned replies'], security: [{ bearer: [] }] }
const path = '/canned-replies'
const one = `${path}/:id`

/** Texts for replies: those who answer tickets read them, the tenant's admins and vendors write them. */
export function registerCannedReplyRoutes(app: App, needs: Needs): void {
  const { authenticate, clock } = needs
  const toRead = [authenticate, refuseAllButStaff]
  const toWrite = [authenticate, refuseAllButManagers]
  const operationOf = (request: FastifyRequest) => ({
    tenantId: request.tenantId,
    by: byOf(request, clock),
  })

  app.get(
    path,
    {
      onRequest: toRead,
      schema: {
        ...common,
        summary: 'The canned replies of the tenant',
        querystring: CannedRepliesQuery,
        response: { 200: Envelope(Type.Array(CannedReplyWire)) },
      },
    },
    async (request) => {
      const { query, tenantId } = request
      const position = positionOf(query)
      const page = await needs.listCannedReplies(tenantId, { position, limit: query.limit })
      return envelope(request, page.items.map(toWireCannedReply), { pagination: paginationOf(query, page) })
    },
  )

  app.post(
    path,
    {
      onRequest: toWrite,
      schema: {
        ...common,
        summary: 'Add a canned reply',
        body: CannedReplyBody,
        response: { 201: Envelope(CannedReplyWire) },
      },
    },
    async (request, reply) => {
      const { name, body } = request.body
      const added = await needs.addCannedReply({ ...operationOf(request), text: { name, body } })
      reply.code(201)
      return envelope(request, toWireCannedReply(added))
    },
  )

  app.get(
    one,
    {
      onRequest: toRead,
      schema: {
        ...common,
        summary: 'One of them',
        params: CannedReplyParams,
        response: { 200: Envelope(CannedReplyWire) },
      },
    },
    async (request) =>
      envelope(request, toWireCannedReply(await needs.getCannedReply(request.tenantId, request.params.id))),
  )

  app.patch(
    one,
    {
      onRequest: toWrite,
      schema: {
        ...common,
        summary: 'Change what is named, and leave the rest',
        params: CannedReplyParams,
        body: CannedReplyChanges,
        response: { 200: Envelope(CannedReplyWire) },
      },
    },
    async (request) => {
      const { name, body } = request.body
      const operation = { ...operationOf(request), id: request.params.id, text: { name, body } }
      return envelope(request, toWireCannedReply(await needs.changeCannedReply(operation)))
    },
  )

  app.delete(
    one,
    {
      onRequest: toWrite,
      schema: {
        ...common,
        summary: 'Remove one',
        params: CannedReplyParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      await needs.removeCannedReply({ ...operationOf(request), id: request.params.id })
      return envelope(request, null, { message: 'the canned reply is gone' })
    },
  )

  app.post(
    '/tickets/:id/canned-replies/:replyId/preview',
    {
      onRequest: toRead,
      schema: {
        ...common,
        summary: 'A canned reply as it would be sent in a ticket',
        params: PreviewParams,
        response: { 200: Envelope(PreviewWire) },
      },
    },
    async (request) => {
      const { id: ticketId, replyId } = request.params
      const command = { scope: scopeOf(request), ticketId, replyId, caller: actorOf(request) }
      return envelope(request, { message: await needs.previewCannedReply(command) })
    },
  )
}
