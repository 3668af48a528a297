import { ensureGenerated } from './bootstrap/generate.mjs'
import { ensureInstalled } from './bootstrap/install.mjs'
import { run } from './bootstrap/project.mjs'

/** `npm run generate`: generates the Prisma client of each service anew. */
await run(async () => {
  await ensureInstalled()
  ensureGenerated({ always: true })
  return 0
})
