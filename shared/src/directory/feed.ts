import Type, { type Static } from 'typebox'
import { Role } from '../auth/principal.ts'

/**
 * The wire of `GET /internal/feed`: the newest state of each thing that a follower must know, in the order in which it
 * changed. `data` is null for what is gone.
 */
const id = Type.Integer({ minimum: 1 })
const text = Type.String()
const orNull = <T extends typeof text | typeof id>(schema: T) => Type.Union([schema, Type.Null()])

export const FeedTenant = Type.Object({ id, name: text, active: Type.Boolean(), domains: Type.Array(text) })

export const FeedUser = Type.Object({
  id,
  tenant_id: id,
  name: text,
  lastname: text,
  email: orNull(text),
  username: orNull(text),
  role: Role,
  active: Type.Boolean(),
  invgate_id: orNull(id),
})

export const FeedTeam = Type.Object({
  id,
  tenant_id: id,
  name: text,
  members: Type.Array(Type.Object({ user_id: id, lead: Type.Boolean() })),
})

/** A session that ended before its tokens did. */
export const FeedEndedSession = Type.Object({
  id: text,
  expires_at: Type.String({ description: 'RFC 3339: no token of it lives longer' }),
})

export const FeedApiKey = Type.Object({
  id,
  user_id: id,
  hash: Type.String({ description: 'SHA-256 of the key, in hex' }),
  scopes: Type.Array(text),
  expires_at: Type.String({ description: 'RFC 3339' }),
})

const entry = <E extends string, T extends typeof FeedTenant | typeof FeedUser | typeof FeedTeam>(
  entity: E,
  data: T,
) => Type.Object({ seq: id, entity: Type.Literal(entity), id: text, data: Type.Union([data, Type.Null()]) })

export const FeedEntry = Type.Union([
  entry('tenant', FeedTenant),
  entry('user', FeedUser),
  entry('team', FeedTeam),
  Type.Object({
    seq: id,
    entity: Type.Literal('ended_session'),
    id: text,
    data: Type.Union([FeedEndedSession, Type.Null()]),
  }),
  Type.Object({
    seq: id,
    entity: Type.Literal('api_key'),
    id: text,
    data: Type.Union([FeedApiKey, Type.Null()]),
  }),
])
export type FeedEntry = Static<typeof FeedEntry>
export type FeedEntity = FeedEntry['entity']

/** One answer. `origin` names the database behind the feed: another one means that all has to be read anew. */
export const FeedPage = Type.Object({
  origin: text,
  cursor: Type.Integer({ minimum: 0 }),
  has_more: Type.Boolean(),
  entries: Type.Array(FeedEntry),
})
export type FeedPage = Static<typeof FeedPage>
