import { loadConfig } from '@werk/shared/config/read-config'
import {
  databaseSettings,
  invgateSettings,
  processSettings,
  tokenSettings,
} from '@werk/shared/config/settings'
import Type from 'typebox'
import { buildFloor } from './app.ts'

const schema = Type.Object({
  ...processSettings,
  ...databaseSettings,
  ...tokenSettings,
  ...invgateSettings,
  PORT: Type.Integer(),
})
const config = loadConfig(schema, process.env)
const app = await buildFloor(config)
process.once('SIGTERM', () => app.close())
await app.listen({ host: config.HOST, port: config.PORT })
