import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import type { ChangeSettings, ReadSettings } from './change-settings.ts'
import type { FindRecipient } from './find-recipient.ts'
import { Settings, SettingsBody } from './notifications.schemas.ts'
import { toMailChoice, toWireSettings } from './notifications.wire.ts'

type Needs = {
  authenticate: Authenticate
  findRecipient: FindRecipient
  readSettings: ReadSettings
  changeSettings: ChangeSettings
}

const common = { tags: ['Notifications'], security: [{ bearer: [] }] }
const path = '/api/v1/notifications/settings'

/** By which channels the caller wants to be told of what. */
export function registerNotificationSettingsRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, findRecipient, readSettings, changeSettings } = needs
  const recipientOf = (request: FastifyRequest) => findRecipient(callerOf(request), request.tenantId)

  app.get(
    path,
    {
      onRequest,
      schema: { ...common, summary: 'Own settings, by kind', response: { 200: Envelope(Settings) } },
    },
    async (request) => envelope(request, toWireSettings(await readSettings(await recipientOf(request)))),
  )

  app.patch(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Changes what is named, and leaves the rest',
        body: SettingsBody,
        response: { 200: Envelope(Settings) },
      },
    },
    async (request) => {
      const changed = await changeSettings(await recipientOf(request), toMailChoice(request.body))
      return envelope(request, toWireSettings(changed))
    },
  )
}
