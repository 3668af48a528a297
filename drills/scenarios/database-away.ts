import { setTimeout as delay } from 'node:timers/promises'
import type { Scenario } from './scenario.ts'

/** Under load the way to the database is cut and mended, the server is stopped and started, and killed and started. */
export const databaseAway: Scenario = {
  name: 'database-away',
  load: 'everybody',
  async run({ world, pace, stopped }) {
    const { database } = world
    const forAWhile = () => delay(pace.awayMs, undefined, { signal: stopped })
    database.cut()
    await forAWhile()
    database.mend()
    await forAWhile()
    await database.stop()
    await forAWhile()
    await database.start()
    await forAWhile()
    await database.kill()
    await database.start()
  },
}
