import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { ConfigSchema as IdentityConfig } from '../../../identity-service/src/config.ts'
import { ConfigSchema as TicketConfig } from '../../../ticket-service/src/config.ts'

const root = join(import.meta.dirname, '../../..')
/** In a container these are the image's own business. */
const ofTheImage = ['PORT', 'UPLOAD_DIR', 'SPOOL_DIR', 'MAIL_DIR']

for (const file of ['docker-compose.yml', 'docker-compose.prod.yml']) {
  test(`${file} hands on every setting of the services, so that .env can set it`, async () => {
    const compose = await readFile(join(root, file), 'utf8')
    const handedOn = new Set([...compose.matchAll(/^ +([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name))
    const settings = [IdentityConfig, TicketConfig].flatMap((schema) => Object.keys(schema.properties))
    const missing = settings.filter((name) => !handedOn.has(name) && !ofTheImage.includes(name))
    assert.deepEqual([...new Set(missing)], [])
  })
}
