import Type from 'typebox'

const refreshToken = Type.String({ minLength: 1, maxLength: 200 })

/** Null where the request has no body: the cookie speaks for it. */
export const RefreshBody = Type.Union([
  Type.Object({ refresh_token: Type.Optional(refreshToken) }),
  Type.Null(),
])

export const SessionParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 128 }) })

const time = (description: string) => Type.String({ description: `RFC 3339: ${description}` })
const orNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

export const OwnSession = Type.Object({
  id: Type.String(),
  dialect: Type.Enum(['werk', 'tixgo', 'workpulse']),
  device: orNull('how the client names itself: User-Agent'),
  address: orNull('from where it was last used'),
  created_at: time('the log-in'),
  last_used_at: time('the log-in or the last refresh'),
  expires_at: time('when it ends unless it is refreshed'),
  current: Type.Boolean({ description: 'whether this request belongs to it' }),
})
