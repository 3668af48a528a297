import Type from 'typebox'

/** The settings of the platform, in groups. A service's schema spreads the groups it uses and adds its own. */

export const processSettings = {
  NODE_ENV: Type.Enum(['development', 'test', 'production'], {
    default: 'production',
    description: 'development and test also check every answer against its declared schema',
  }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
    description: 'least level that is logged',
  }),
  HOST: Type.String({ default: '127.0.0.1', description: 'address to listen on' }),
  SHUTDOWN_TIMEOUT_MS: Type.Integer({
    default: 20_000,
    minimum: 100,
    description: 'milliseconds that requests in flight get to finish after SIGTERM',
  }),
}

export const httpSettings = {
  BODY_LIMIT_BYTES: Type.Integer({ default: 1_048_576, minimum: 1024, description: 'largest JSON body' }),
  REQUEST_TIMEOUT_MS: Type.Integer({
    default: 300_000,
    minimum: 1000,
    description: 'milliseconds in which a whole request, uploads included, must have arrived',
  }),
  TRUST_PROXY: Type.Array(Type.String(), {
    default: [],
    description: 'addresses or networks of reverse proxies whose X-Forwarded-* headers are believed',
  }),
  CORS_ORIGINS: Type.Array(Type.String(), {
    default: [],
    description: 'origins of browsers that may call, such as https://app.example.com',
  }),
  MAX_EVENT_LOOP_DELAY_MS: Type.Integer({
    default: 2000,
    minimum: 0,
    description: 'milliseconds that the process may lag behind before it refuses requests with 503, 0 is off',
  }),
  RATE_LIMIT_PER_ADDRESS: Type.Integer({
    default: 1200,
    minimum: 0,
    description: 'requests a minute from one address, 0 is off',
  }),
  RATE_LIMIT_PER_ACCOUNT: Type.Integer({
    default: 600,
    minimum: 0,
    description: 'requests a minute from one account, 0 is off',
  }),
  REDIS_URL: Type.Optional(
    Type.String({
      format: 'redis:// URL',
      description: 'Valkey or Redis, through which replicas share the rate limits',
    }),
  ),
}

export const databaseSettings = {
  DATABASE_URL: Type.String({
    format: 'mysql:// URL with a database',
    description: 'mysql://user:password@host:port/database',
  }),
  DATABASE_POOL_SIZE: Type.Integer({ default: 25, minimum: 1, description: 'connections at most' }),
  DATABASE_ACQUIRE_TIMEOUT_MS: Type.Integer({
    default: 5000,
    minimum: 100,
    description: 'milliseconds to wait for a free connection',
  }),
  DATABASE_STATEMENT_TIMEOUT_MS: Type.Integer({
    default: 10_000,
    minimum: 100,
    description: 'milliseconds one statement may take',
  }),
}

export const tokenSettings = {
  JWT_SECRET: Type.String({
    format: 'secret of 32 bytes or more',
    description: 'signs tokens (HS256); the same for both services',
  }),
  JWT_SECRET_PREVIOUS: Type.Optional(
    Type.String({
      format: 'secret of 32 bytes or more',
      description: 'still verifies tokens during a rotation, never signs',
    }),
  ),
  JWT_ISSUER: Type.String({ default: 'werk-identity', minLength: 1, description: 'the claim iss' }),
  JWT_AUDIENCE: Type.String({ default: 'werk-ticketing', minLength: 1, description: 'the claim aud' }),
}

export const internalSettings = {
  INTERNAL_SECRET: Type.Optional(
    Type.String({
      format: 'secret of 32 bytes or more',
      description:
        'signs what the services show each other; the same for both, and another one than JWT_SECRET',
    }),
  ),
}

export const invgateSettings = {
  ARMMADA_BASE_URL: Type.String({
    format: 'http or https URL',
    description: 'InvGate API, such as https://desk.example.com/api/v1/',
  }),
  ARMMADA_USERNAME: Type.String({ minLength: 1, description: 'InvGate API user' }),
  ARMMADA_PASSWORD: Type.String({ minLength: 1, description: 'InvGate API key' }),
  ARMMADA_TIMEOUT_MS: Type.Integer({
    default: 15_000,
    minimum: 100,
    description: 'milliseconds one call to InvGate may take in all',
  }),
  ARMMADA_BREAKER_FAILURES: Type.Integer({
    default: 5,
    minimum: 1,
    description:
      'failed requests in a row after which InvGate is left alone; reads and creates are counted apart',
  }),
  ARMMADA_BREAKER_RESET_MS: Type.Integer({
    default: 5000,
    minimum: 10,
    description:
      'milliseconds it is left alone before one request tries again, plus up to half as much at random',
  }),
  ARMMADA_MAX_CREATES: Type.Integer({
    default: 128,
    minimum: 1,
    description: 'creates under way to InvGate at most; one more fails at once',
  }),
  ARMMADA_MAX_READS: Type.Integer({
    default: 32,
    minimum: 1,
    description: 'reads under way to InvGate at most; one more fails at once',
  }),
  ARMMADA_INCIDENT_PATH: Type.Optional(
    Type.Enum(['incidents', 'incident'], {
      description:
        'pins the path for creating incidents; else incidents is tried first, and incident on 404 or 405',
    }),
  ),
}

export const mailSettings = {
  SMTP_URL: Type.Optional(
    Type.String({
      format: 'smtp:// or smtps:// URL',
      description: 'mail server, such as smtps://user:password@mail.example.com',
    }),
  ),
  MAIL_FROM: Type.String({
    default: 'Werk Ticketing <werk-ticketing@localhost>',
    minLength: 3,
    description: 'sender of mails',
  }),
  MAIL_DIR: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'folder where mails are written as .eml files without SMTP_URL, not in production',
    }),
  ),
}
