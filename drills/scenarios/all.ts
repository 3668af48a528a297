import { breakAtSteps } from './break-at-steps.ts'
import { calm } from './calm.ts'
import { databaseAway } from './database-away.ts'
import { deskKills } from './desk-kills.ts'
import { invgateFaults } from './invgate-faults.ts'
import { killAtRandom } from './kill-at-random.ts'
import { killAtSteps } from './kill-at-steps.ts'
import { killWithoutDatabase } from './kill-without-database.ts'
import { rollingRestart } from './rolling-restart.ts'
import type { Scenario } from './scenario.ts'

export const scenarios: readonly Scenario[] = [
  calm,
  killAtRandom,
  killAtSteps,
  breakAtSteps,
  killWithoutDatabase,
  databaseAway,
  invgateFaults,
  rollingRestart,
  deskKills,
]
