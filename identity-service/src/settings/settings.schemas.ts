import Type, { type Static } from 'typebox'
import { themes } from './settings.ts'

const place = {
  language: Type.String({ minLength: 2, maxLength: 64, description: 'BCP 47, such as pt-BR' }),
  time_zone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA, such as Europe/Berlin' }),
}
const theme = Type.Enum([...themes])
const notifications = { email: Type.Boolean(), in_app: Type.Boolean() }
const closed = { additionalProperties: false }

const Tenant = Type.Object(place)
const User = Type.Object({ ...place, theme, notifications: Type.Object(notifications) })

export const SettingsWire = Type.Object({
  user: User,
  tenant: Type.Union([Tenant, Type.Null()], { description: 'null for who is not an admin of it' }),
})
export type SettingsWire = Static<typeof SettingsWire>

/** What is absent stays as it is. */
export const SettingsPatch = Type.Object(
  {
    user: Type.Optional(
      Type.Object(
        {
          language: Type.Optional(place.language),
          time_zone: Type.Optional(place.time_zone),
          theme: Type.Optional(theme),
          notifications: Type.Optional(
            Type.Object(
              {
                email: Type.Optional(notifications.email),
                in_app: Type.Optional(notifications.in_app),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
    tenant: Type.Optional(
      Type.Object(
        { language: Type.Optional(place.language), time_zone: Type.Optional(place.time_zone) },
        closed,
      ),
    ),
  },
  closed,
)
export type SettingsPatch = Static<typeof SettingsPatch>
