import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { startThrowAwayDatabase } from './database/throw-away-database.ts'
import { generatedDocs } from './docs/generated-docs.ts'

/** `npm run docs`: writes what is made from the sources: the README's tables and the OpenAPI descriptions. */
const root = join(import.meta.dirname, '..')
const database = await startThrowAwayDatabase((line) => process.stderr.write(`${line}\n`))
process.env.TEST_DATABASE_URL = database.rootUrl
for (const [path, text] of Object.entries(await generatedDocs(root))) {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
  process.stdout.write(`wrote ${path}\n`)
}
await database.stop()
