import type { FastifyInstance } from 'fastify'
import {
  changeSettings,
  presentSettings,
  type Settings,
  type SettingsChange,
  settingsChange,
} from './settings.ts'

export function settingsRoutes(control: FastifyInstance, settings: Settings): void {
  control.get('/settings', async () => presentSettings(settings))

  control.put<{ Body: SettingsChange }>(
    '/settings',
    { schema: { body: settingsChange } },
    async ({ body }) => {
      changeSettings(settings, body)
      return presentSettings(settings)
    },
  )
}
