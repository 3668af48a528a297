import { join } from 'node:path'
import { type Environment, readConfig } from '@werk/shared/config/read-config'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import type { TObject } from 'typebox'
import { buildApp as buildIdentity } from '../../identity-service/src/app.ts'
import { ConfigSchema as IdentityConfig } from '../../identity-service/src/config.ts'
import { buildApp as buildTickets } from '../../ticket-service/src/app.ts'
import { ConfigSchema as TicketConfig } from '../../ticket-service/src/config.ts'

const root = join(import.meta.dirname, '../..')

/** The description is made from the routes alone, yet an app must be ready to give it. */
const environment: Environment = {
  LOG_LEVEL: 'silent',
  JWT_SECRET: 'only describes, never signs anything',
  ARMMADA_BASE_URL: 'http://127.0.0.1:1/',
  ARMMADA_USERNAME: 'nobody',
  ARMMADA_PASSWORD: 'nothing',
  PASSWORD_HASH_COST: '4',
}

/** The OpenAPI descriptions as JSON texts, by the name of their file. Needs the test database server. */
export async function openApiFiles(): Promise<Record<string, string>> {
  return {
    'identity-service.json': await describe('identity-service', IdentityConfig, buildIdentity),
    'ticket-service.json': await describe('ticket-service', TicketConfig, buildTickets),
  }
}

type Describable = { ready(): PromiseLike<unknown>; swagger(): object; close(): Promise<unknown> }

async function describe<T extends TObject>(
  service: string,
  schema: T,
  build: (config: ReturnType<typeof readConfig<T>>) => Promise<Describable>,
): Promise<string> {
  const database = await createTestDatabase(join(root, service))
  try {
    const app = await build(readConfig(schema, { ...environment, DATABASE_URL: database.url }))
    await app.ready()
    const text = `${JSON.stringify(app.swagger(), null, 2)}\n`
    await app.close()
    return text
  } finally {
    await database.drop()
  }
}
