import { processSettings } from '@werk/shared/config/settings'
import Type from 'typebox'

/** The sandbox's environment. */
export const configSchema = Type.Object({
  SANDBOX_HOST: Type.String({ default: '127.0.0.1', description: 'address the sandbox listens on' }),
  SANDBOX_PORT: Type.Integer({
    default: 18083,
    minimum: 0,
    maximum: 65535,
    description: 'port of the sandbox, 0 takes a free one',
  }),
  SANDBOX_USERNAME: Type.String({ default: 'sandbox', minLength: 1, description: 'API user of the sandbox' }),
  SANDBOX_PASSWORD: Type.String({ default: 'sandbox', minLength: 1, description: 'API key of the sandbox' }),
  SANDBOX_DATA_FILE: Type.Optional(
    Type.String({
      description: 'JSON file that the sandbox keeps its state in; without it all is lost at the end',
    }),
  ),
  LOG_LEVEL: processSettings.LOG_LEVEL,
})
