import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import type { Redeliver, TestWebhook } from './deliver-again.ts'
import type { ListDeliveries } from './read-webhooks.ts'
import { webhookRoutes as common, operationOf, paginationOf } from './webhooks.request.ts'
import { DeliveriesQuery, Delivery, IdParams } from './webhooks.schemas.ts'
import { toWireDelivery } from './webhooks.wire.ts'

type Needs = {
  authenticate: Authenticate
  testWebhook: TestWebhook
  listDeliveries: ListDeliveries
  redeliver: Redeliver
}

const path = '/admin/webhooks'

/** How the messages to webhooks fared, and what an admin can do about it. */
export function registerWebhookDeliveryRoutes(app: App, needs: Needs): void {
  const { testWebhook, listDeliveries, redeliver } = needs
  const onRequest = [needs.authenticate, refuseAllButAdmins]

  app.post(
    `${path}/:id/test`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Sends a message of the type webhook.test, and tells how it fared',
        params: IdParams,
        response: { 200: Envelope(Delivery) },
      },
    },
    async (request) => envelope(request, toWireDelivery(await testWebhook(operationOf(request)))),
  )

  app.get(
    `${path}/:id/deliveries`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'How its messages fared, newest first',
        params: IdParams,
        querystring: DeliveriesQuery,
        response: { 200: Envelope(Type.Array(Delivery)) },
      },
    },
    async (request) => {
      const { limit, cursor = null } = request.query
      const asked = { cursor, limit }
      const { items, nextCursor } = await listDeliveries(request.tenantId, request.params.id, asked)
      return envelope(request, items.map(toWireDelivery), {
        pagination: paginationOf(nextCursor, cursor, limit),
      })
    },
  )

  app.post(
    `${path}/deliveries/:id/redeliver`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Delivers a message anew that came through or was given up',
        params: IdParams,
        response: { 200: Envelope(Delivery) },
      },
    },
    async (request) => {
      const delivery = await redeliver(operationOf(request))
      return envelope(request, toWireDelivery(delivery), { message: 'the message will be sent again' })
    },
  )
}
