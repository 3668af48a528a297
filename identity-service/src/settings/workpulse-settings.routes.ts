import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import { actorOf } from '../audit/request-actor.ts'
import type { OwnSettings } from './own-settings.ts'
import { SettingsPatch, SettingsWire } from './settings.schemas.ts'
import { toChanges, toWireSettings } from './settings.wire.ts'

type Needs = { authenticate: Authenticate; ownSettings: OwnSettings }

const common = { tags: ['WorkPulse'], security: [{ bearer: [] }] }
const path = '/api/v1/settings'

/** Contract 4. */
export function registerWorkpulseSettingsRoutes(app: App, { authenticate, ownSettings }: Needs): void {
  app.get(
    path,
    {
      onRequest: authenticate,
      schema: {
        ...common,
        summary: 'Own settings, and the tenant’s for its admins',
        response: { 200: Envelope(SettingsWire) },
      },
    },
    async (request) => envelope(request, toWireSettings(await ownSettings.get(askerOf(request)))),
  )

  app.patch(
    path,
    {
      onRequest: authenticate,
      schema: {
        ...common,
        summary: 'Change some settings',
        body: SettingsPatch,
        response: { 200: Envelope(SettingsWire) },
      },
    },
    async (request) => {
      const changes = toChanges(request.body)
      const settings = await ownSettings.change(askerOf(request), changes, actorOf(request))
      return envelope(request, toWireSettings(settings), { message: 'the settings are changed' })
    },
  )
}

const askerOf = (request: FastifyRequest) => ({ caller: callerOf(request), tenantId: request.tenantId })
