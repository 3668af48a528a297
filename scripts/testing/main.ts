import { createStop } from '../processes/stop.ts'
import { runChecks } from './checks.ts'
import { runTests } from './run-tests.ts'

/** Checks, then tests; only the tests of the files that are named, if any are. The first failure ends it. */
const files = process.argv.slice(2)
const { stop } = createStop()

async function main(): Promise<number> {
  const checked = files.length === 0 ? await runChecks(stop) : 0
  return checked || runTests(files, stop)
}

process.exitCode = await main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  return 1
})
if (process.connected) process.disconnect()
