import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { startThrowAwayDatabase } from '../database/throw-away-database.ts'
import { runCommand } from '../processes/run-command.ts'
import { findRedisServer } from './find-redis.ts'
import { findS3Server } from './find-s3.ts'

const everyTest = '{shared,invgate-sandbox,identity-service,ticket-service,scripts,drills}/test/**/*.test.ts'

/** One file's tests; whatever hangs fails then. */
const longestFileMs = 300_000

/**
 * Runs test files, all by default, against a throw-away database server, or the one of TEST_DATABASE_URL.
 * @returns the exit code of the test run
 */
export async function runTests(named: string[], stop: AbortSignal): Promise<number> {
  const files = named.length > 0 ? named : globSync(everyTest, { exclude: ['**/node_modules/**'] }).sort()
  if (stop.aborted) return 1
  process.stdout.write('\n== tests\n')
  const redis = findRedisServer(say)
  const s3 = findS3Server(say)
  const given = process.env.TEST_DATABASE_URL
  const database = given ? null : await startThrowAwayDatabase(say)
  try {
    const concurrency = Math.min(4, Math.max(2, availableParallelism()))
    return await runCommand(
      process.execPath,
      [
        '--test',
        '--test-reporter=spec',
        `--test-concurrency=${concurrency}`,
        `--test-timeout=${longestFileMs}`,
        // A service that refuses to start leaves its pools open, as its process would have ended.
        '--test-force-exit',
        ...files,
      ],
      {
        stop,
        env: {
          ...process.env,
          NODE_ENV: 'test',
          TEST_DATABASE_URL: given || database?.rootUrl,
          ...(redis && { TEST_REDIS_SERVER: redis }),
          ...(s3 && { TEST_S3_SERVER: s3 }),
        },
      },
    )
  } finally {
    await database?.stop()
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
