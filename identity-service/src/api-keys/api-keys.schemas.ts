import { apiScopes } from '@werk/shared/auth/api-key'
import Type from 'typebox'

const Scope = Type.Enum([...apiScopes])

export const ApiKeyRequest = Type.Object({
  name: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: '\\S',
    description: 'what the key is for, such as the machine that has it',
  }),
  scopes: Type.Array(Scope, { minItems: 1, uniqueItems: true, description: 'what it may do, as its owner' }),
  expires_in_days: Type.Integer({ minimum: 1, maximum: 365, default: 90 }),
})

export const ApiKeyParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
})

const apiKey = {
  id: Type.Integer(),
  name: Type.String(),
  prefix: Type.String({ description: 'how the key begins' }),
  scopes: Type.Array(Type.String()),
  created_at: Type.String({ description: 'RFC 3339' }),
  expires_at: Type.String({ description: 'RFC 3339' }),
  last_used_at: Type.Union([Type.String(), Type.Null()], { description: 'RFC 3339, to the minute' }),
}
export const ApiKeyShown = Type.Object(apiKey)
export const ApiKeyRevealed = Type.Object({
  ...apiKey,
  key: Type.String({ description: 'goes into Authorization as a Bearer token; it is shown this once' }),
})
