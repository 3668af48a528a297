import type { Pool } from '@werk/shared/database/pool'
import type { Registry } from 'prom-client'
import type { Config } from '../config.ts'
import { createGuessMetrics } from '../guessing/guess-metrics.ts'
import { createGuessesRepository } from '../guessing/guesses.repository.ts'
import { createGuesses, type Guesses } from '../guessing/guesses.ts'

type Parts = { config: Config; pool: Pool; metrics: Registry }

export function composeGuessing({ config, pool, metrics }: Parts): Guesses {
  const limits = {
    account: config.GUESS_LIMIT_ACCOUNT,
    address: config.GUESS_LIMIT_ADDRESS,
    firstDelayMs: config.GUESS_DELAY_SECONDS * 1000,
  }
  const { refused } = createGuessMetrics(metrics)
  return createGuesses({ repository: createGuessesRepository(pool), limits, refused })
}
