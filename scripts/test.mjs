import { join } from 'node:path'
import { ensureGenerated } from './bootstrap/generate.mjs'
import { ensureInstalled } from './bootstrap/install.mjs'
import { findNode24, runInForeground } from './bootstrap/node24.mjs'
import { root, run } from './bootstrap/project.mjs'

/** `npm test [-- file…]`: from a fresh clone, without anything installed but Node.js 20 or later. */
await run(async () => {
  await ensureInstalled()
  ensureGenerated()
  const script = join(root, 'scripts', 'testing', 'main.ts')
  return runInForeground(findNode24(), [script, ...process.argv.slice(2)])
})
