import { loadConfig } from '@werk/shared/config/read-config'
import { configSchema } from './config.ts'
import { startSandbox } from './start.ts'

const config = loadConfig(configSchema, process.env)
const sandbox = await startSandbox({
  host: config.SANDBOX_HOST,
  port: config.SANDBOX_PORT,
  username: config.SANDBOX_USERNAME,
  password: config.SANDBOX_PASSWORD,
  logLevel: config.LOG_LEVEL,
  ...(config.SANDBOX_DATA_FILE === undefined ? {} : { persistFile: config.SANDBOX_DATA_FILE }),
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => sandbox.close())
