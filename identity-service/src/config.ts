import { Role } from '@werk/shared/auth/principal'
import {
  databaseSettings,
  httpSettings,
  invgateSettings,
  processSettings,
  tokenSettings,
} from '@werk/shared/config/settings'
import Type, { type Static } from 'typebox'

/** The environment of the identity-service. */
export const ConfigSchema = Type.Object({
  ...processSettings,
  PORT: Type.Integer({ default: 18081, minimum: 0, maximum: 65535, description: 'port to listen on' }),
  ...httpSettings,
  ...databaseSettings,
  ...tokenSettings,
  ...invgateSettings,
  TOKEN_EXPIRE_MINUTES: Type.Integer({ default: 120, minimum: 1, description: 'life of a TixGo token' }),
  SESSION_IDLE_HOURS: Type.Integer({
    default: 7 * 24,
    minimum: 1,
    description: 'hours after which a session that is not refreshed ends',
  }),
  SESSION_MAX_HOURS: Type.Integer({
    default: 30 * 24,
    minimum: 1,
    description: 'hours after which a session ends however much it is used',
  }),
  SELF_REGISTRATION_ROLES: Type.Array(Role, {
    default: ['user', 'committee'],
    description: 'roles that anybody may register with',
  }),
  ADMIN_EMAIL: Type.Optional(
    Type.String({
      minLength: 3,
      maxLength: 190,
      description: 'e-mail of the first admin, made at start if missing',
    }),
  ),
  ADMIN_PASSWORD: Type.Optional(
    Type.String({ minLength: 12, maxLength: 1000, description: 'password of the first admin' }),
  ),
  RATE_LIMIT_LOGIN: Type.Integer({
    default: 30,
    minimum: 0,
    description: 'log-ins a minute for one e-mail or username, 0 is off',
  }),
  PASSWORD_HASH_COST: Type.Integer({ default: 10, minimum: 4, maximum: 16, description: 'cost of bcrypt' }),
  PASSWORD_WORKERS: Type.Integer({
    default: 0,
    minimum: 0,
    description: 'threads that hash passwords, 0 is one less than there are processors',
  }),
  INVGATE_REGISTER_WAIT_MS: Type.Integer({
    default: 2000,
    minimum: 0,
    description:
      'milliseconds a registration waits for its InvGate user, so that the first token can name it',
  }),
})
export type Config = Readonly<Static<typeof ConfigSchema>>
