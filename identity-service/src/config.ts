import { Role } from '@werk/shared/auth/principal'
import {
  databaseSettings,
  httpSettings,
  internalSettings,
  invgateSettings,
  mailSettings,
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
  ...internalSettings,
  ...invgateSettings,
  TOKEN_EXPIRE_MINUTES: Type.Integer({ default: 120, minimum: 1, description: 'life of a TixGo token' }),
  ACCESS_TOKEN_MINUTES: Type.Integer({
    default: 15,
    minimum: 1,
    maximum: 60,
    description: 'life of a WorkPulse access token, which can be refreshed',
  }),
  REFRESH_GRACE_SECONDS: Type.Integer({
    default: 30,
    minimum: 0,
    maximum: 300,
    description:
      'seconds in which a refresh token that was used may be used again, because the answer was lost',
  }),
  COOKIE_SAME_SITE: Type.Enum(['strict', 'lax', 'none'], {
    default: 'strict',
    description: 'SameSite of the refresh cookie: none lets a frontend of another site use it',
  }),
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
  GUESS_LIMIT_ACCOUNT: Type.Integer({
    default: 10,
    minimum: 0,
    description:
      'failed log-ins for one e-mail or username after which each further one costs a delay, 0 is off',
  }),
  GUESS_LIMIT_ADDRESS: Type.Integer({
    default: 50,
    minimum: 0,
    description: 'the same for one address, of IPv6 one /64; behind a proxy it needs TRUST_PROXY',
  }),
  GUESS_DELAY_SECONDS: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 900,
    description: 'seconds of the first delay; it doubles with each further failure, up to 15 minutes',
  }),
  PASSWORD_MIN_LENGTH: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 64,
    description: 'characters of a new password, where the dialect asks for fewer',
  }),
  PASSWORD_REFUSE_COMMON: Type.Boolean({
    default: false,
    description:
      'whether a new password that many people use is refused, by a list that comes with the service',
  }),
  PASSWORD_REFUSE_WORDS: Type.Array(Type.String({ minLength: 3 }), {
    default: [],
    description:
      'words of which alone a new password must not be made where common ones are refused, such as the name of the company',
  }),
  PASSWORD_RESET_URL: Type.Optional(
    Type.String({
      format: 'http or https URL',
      description:
        'page for a new password, to which mails link with #token=…; without it they name the token',
    }),
  ),
  ...mailSettings,
  SECOND_FACTOR_SECRET: Type.Optional(
    Type.String({
      format: 'secret of 32 bytes or more',
      description:
        'seals the secrets of authenticator apps in the database; without it nobody can begin with one',
    }),
  ),
  PROOF_MINUTES: Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 1440,
    description: 'minutes in which a log-in, or a password given again, allows sensitive changes',
  }),
  PUBLIC_URL: Type.Optional(
    Type.String({
      format: 'https URL, or http on this machine',
      description: 'address of this service as browsers reach it, such as https://id.example.com',
    }),
  ),
  OIDC_ISSUER: Type.String({
    default: 'https://accounts.google.com',
    format: 'https URL, or http on this machine',
    description: 'OpenID provider at which people can log in',
  }),
  OIDC_CLIENT_ID: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'client at the OpenID provider, with the redirect URI <PUBLIC_URL>/api/v1/auth/google/callback',
    }),
  ),
  OIDC_CLIENT_SECRET: Type.Optional(
    Type.String({ minLength: 1, description: 'its secret; without it nobody logs in by an OpenID provider' }),
  ),
  OIDC_SCOPES: Type.String({
    default: 'openid email profile',
    pattern: '^openid( |$)',
    description: 'what is asked for at the OpenID provider, openid first',
  }),
  OIDC_RETURN_URLS: Type.Array(Type.String({ format: 'http or https URL' }), {
    default: [],
    description:
      'pages of frontends that the browser may be sent back to from the OpenID provider; the first is the default',
  }),
  OIDC_TIMEOUT_MS: Type.Integer({
    default: 5000,
    minimum: 100,
    description: 'milliseconds one request to the OpenID provider may take',
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
