import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import { actorOf } from '../tickets/actor.request.ts'
import type { ChangeWebhook, RemoveWebhook } from './change-webhook.ts'
import type { CreateWebhook, RotateSecret } from './create-webhook.ts'
import type { GetWebhook, ListWebhooks } from './read-webhooks.ts'
import { webhookRoutes as common, operationOf, paginationOf } from './webhooks.request.ts'
import {
  ChangeBody,
  CreateBody,
  CreatedWebhook,
  IdParams,
  RotatedWebhook,
  Webhook,
  WebhooksQuery,
} from './webhooks.schemas.ts'
import { toChanges, toWireWebhook } from './webhooks.wire.ts'

type Needs = {
  authenticate: Authenticate
  createWebhook: CreateWebhook
  listWebhooks: ListWebhooks
  getWebhook: GetWebhook
  changeWebhook: ChangeWebhook
  removeWebhook: RemoveWebhook
  rotateSecret: RotateSecret
}

const path = '/admin/webhooks'

/** Webhooks, for the admins of their tenant and the operators of the installation. */
export function registerWebhookRoutes(app: App, needs: Needs): void {
  const { createWebhook, listWebhooks, getWebhook, changeWebhook, removeWebhook, rotateSecret } = needs
  const onRequest = [needs.authenticate, refuseAllButAdmins]

  app.post(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Adds one; its secret is shown this once',
        body: CreateBody,
        response: { 201: Envelope(CreatedWebhook) },
      },
    },
    async (request, reply) => {
      const { url, description = '', events = [], active = true } = request.body
      const { webhook, secret } = await createWebhook({
        tenantId: request.tenantId,
        actor: actorOf(request),
        webhook: { url, description, events, active },
      })
      reply.code(201)
      return envelope(request, { ...toWireWebhook(webhook), secret }, { message: 'the webhook is there' })
    },
  )

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Webhooks of the tenant',
        querystring: WebhooksQuery,
        response: { 200: Envelope(Type.Array(Webhook)) },
      },
    },
    async (request) => {
      const { limit, cursor = null } = request.query
      const { items, nextCursor } = await listWebhooks(request.tenantId, { cursor, limit })
      return envelope(request, items.map(toWireWebhook), {
        pagination: paginationOf(nextCursor, cursor, limit),
      })
    },
  )

  app.get(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'One of them',
        params: IdParams,
        response: { 200: Envelope(Webhook) },
      },
    },
    async (request) =>
      envelope(request, toWireWebhook(await getWebhook(request.tenantId, request.params.id))),
  )

  app.patch(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Changes what is named, and leaves the rest',
        params: IdParams,
        body: ChangeBody,
        response: { 200: Envelope(Webhook) },
      },
    },
    async (request) => {
      const changes = toChanges(request.body)
      const webhook = await changeWebhook({ ...operationOf(request), changes })
      return envelope(request, toWireWebhook(webhook))
    },
  )

  app.delete(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Removes one, with what is still on its way to it',
        params: IdParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      await removeWebhook(operationOf(request))
      return envelope(request, null, { message: 'the webhook is gone' })
    },
  )

  app.post(
    `${path}/:id/rotate-secret`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Gives it another secret; the one before signs as well for a day',
        params: IdParams,
        response: { 200: Envelope(RotatedWebhook) },
      },
    },
    async (request) => {
      const { webhook, secret, previousUntil } = await rotateSecret(operationOf(request))
      const previous_secret_until = previousUntil.toISOString()
      return envelope(request, { ...toWireWebhook(webhook), secret, previous_secret_until })
    },
  )
}
