import { serve } from '@werk/shared/app/serve'
import { loadConfig } from '@werk/shared/config/read-config'
import { buildApp } from './app.ts'
import { ConfigSchema } from './config.ts'

const config = loadConfig(ConfigSchema, process.env)
await serve(await buildApp(config), config)
