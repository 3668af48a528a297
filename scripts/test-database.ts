import { startThrowAwayDatabase } from './database/throw-away-database.ts'

/**
 * `npm run test:database`: a throw-away server that stays until Ctrl-C, for running tests again and again:
 * export the line that it prints, then `node --test path/to/file.test.ts`, or `npm test`.
 */
const say = (line: string) => process.stderr.write(`${line}\n`)
const database = await startThrowAwayDatabase(say).catch((error: Error) => {
  say(error.message)
  return process.exit(1)
})
process.stdout.write(`export TEST_DATABASE_URL='${database.rootUrl}'\n`)
let asked = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    asked = true
    void database.stop()
  })
}
const lastLines = await database.ended
if (!asked) {
  say(`the database server ended by itself:\n${lastLines}`)
  process.exitCode = 1
}
