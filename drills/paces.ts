import type { Pace } from './pace.ts'

/** At least 10,000 tickets and 200 kills. */
export const full: Pace = {
  calmMs: 20_000,
  randomKills: 110,
  stepRounds: 12,
  restMs: 1500,
  awayRounds: 6,
  awayMs: 10_000,
  faultTimes: 20,
  faultMs: 10_000,
  rollingMs: 30_000,
  perSecond: 200,
  clients: 8,
  pauseMs: 150,
  patienceMs: 20_000,
  invgateTimeoutMs: 5000,
  settles: 'each',
}

/** Every scenario, step and fault once. */
export const quick: Pace = {
  calmMs: 300,
  randomKills: 1,
  stepRounds: 1,
  restMs: 0,
  awayRounds: 1,
  awayMs: 600,
  faultTimes: 1,
  faultMs: 200,
  rollingMs: 1500,
  perSecond: 40,
  clients: 4,
  pauseMs: 100,
  patienceMs: 3000,
  invgateTimeoutMs: 2000,
  settles: 'once',
}
