import { setTimeout as delay } from 'node:timers/promises'
import { refusals, type Scenario } from './scenario.ts'

/** Two replicas under load, and nothing goes wrong: every ticket is created. */
export const calm: Scenario = {
  name: 'calm',
  load: 'everybody',
  run: ({ pace, stopped }) => delay(pace.calmMs, undefined, { signal: stopped }),
  check: refusals,
}
