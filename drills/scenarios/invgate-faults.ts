import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, FaultRule } from '@werk/invgate-sandbox/control'
import type { Scenario } from './scenario.ts'

/** Every way in which the sandbox can fail, with and without an effect. */
const faults: readonly Fault[] = [
  { type: 'status', status: 500 },
  { type: 'status', status: 500, when: 'after' },
  { type: 'status', status: 503, retry_after: 1 },
  { type: 'status', status: 429 },
  { type: 'status', status: 429, retry_after: 1 },
  { type: 'latency', ms: 2500 },
  { type: 'hang' },
  { type: 'hang', when: 'after' },
  { type: 'reset' },
  { type: 'reset', when: 'after' },
  { type: 'truncate' },
  { type: 'html' },
  { type: 'html', when: 'after' },
  { type: 'html', status: 502, when: 'after' },
  { type: 'error_status', info: 'The request could not be created' },
  { type: 'error_status', info: 'The request could not be created', when: 'after' },
]

const createShare = 0.3
const lookUpShare = 0.1

/** InvGate fails a share of the creates in one way after the other, then any call in every way at once. */
export const invgateFaults: Scenario = {
  name: 'invgate-faults',
  load: 'everybody',
  async run({ world, pace, stopped }) {
    const { control } = world.desk
    const strike = async (rules: FaultRule[]) => {
      await control.setFaults(rules)
      await delay(pace.faultMs, undefined, { signal: stopped })
    }
    for (const fault of faults) await strike([{ route: 'POST incidents', fault, share: createShare }])
    const all = faults.map((fault) => ({ route: '*', fault, share: lookUpShare / faults.length }))
    await strike([...all, ...all.map((rule) => ({ ...rule, route: 'POST incidents' }))])
    await control.clearFaults()
  },
}
