import Type, { type Static } from 'typebox'

/** When an API key was last used. */
export const KeyUse = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  at: Type.String({ format: 'date-time', description: 'RFC 3339' }),
})
export type KeyUse = Static<typeof KeyUse>

export const mostKeyUses = 1000

/** The wire of `POST /internal/api-key-uses`. */
export const KeyUses = Type.Object({ uses: Type.Array(KeyUse, { maxItems: mostKeyUses }) })
