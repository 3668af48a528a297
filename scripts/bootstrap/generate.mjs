import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { findNode24, withNode24OnPath } from './node24.mjs'
import { Refusal, root, say, services } from './project.mjs'

/** Generates the Prisma client of each service whose client is missing or older than its schema. */
export function ensureGenerated({ always = false } = {}) {
  for (const service of services) {
    const schema = join(root, service, 'prisma', 'schema.prisma')
    if (hasGenerator(schema) && (always || isOutdated(service, schema))) generate(service, schema)
  }
}

/** A service that talks to its database by the driver alone has a schema and no client. */
function hasGenerator(schema) {
  return existsSync(schema) && /^generator\s/m.test(readFileSync(schema, 'utf8'))
}

function isOutdated(service, schema) {
  const client = join(root, service, 'src', 'infrastructure', 'generated', 'client.ts')
  return !existsSync(client) || statSync(client).mtimeMs < statSync(schema).mtimeMs
}

function generate(service, schema) {
  say(`generating the Prisma client of the ${service}`)
  const prisma = join(root, 'node_modules', 'prisma', 'build', 'index.js')
  const { status, stdout, stderr } = spawnSync(findNode24(), [prisma, 'generate', '--schema', schema], {
    cwd: join(root, service),
    encoding: 'utf8',
    // Generating needs no schema engine, yet Prisma would try to download one.
    env: { ...withNode24OnPath(), PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  })
  if (status !== 0) throw new Refusal(`prisma generate failed for the ${service}:\n${stdout}${stderr}`)
}
