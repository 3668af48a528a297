import type { Pace } from './scenarios/scenario.ts'

/** At least 10,000 tickets and 200 kills. */
export const full: Pace = {
  calmMs: 20_000,
  randomKills: 100,
  stepRounds: 12,
  awayRounds: 6,
  awayMs: 10_000,
  faultMs: 5000,
  rollingMs: 30_000,
  perSecond: 200,
  clients: 8,
  pauseMs: 150,
  patienceMs: 20_000,
}

/** Every scenario, step and fault once. */
export const quick: Pace = {
  calmMs: 500,
  randomKills: 1,
  stepRounds: 1,
  awayRounds: 1,
  awayMs: 1000,
  faultMs: 200,
  rollingMs: 2000,
  perSecond: 60,
  clients: 4,
  pauseMs: 100,
  patienceMs: 4000,
}
