import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from '@werk/invgate-sandbox/control'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import type { Pace } from '../pace.ts'
import type { Drill, Scenario } from './scenario.ts'

/**
 * Every way in which the sandbox can fail, with and without an effect; but not `429` after one: that is said before the
 * work is begun (RFC 6585), and believed.
 */
const faultsOf = ({ invgateTimeoutMs }: Pace): readonly Fault[] => [
  { type: 'status', status: 500 },
  { type: 'status', status: 500, when: 'after' },
  { type: 'status', status: 503, retry_after: 1 },
  { type: 'status', status: 429 },
  { type: 'status', status: 429, retry_after: 1 },
  { type: 'latency', ms: invgateTimeoutMs + 500 },
  { type: 'hang' },
  { type: 'hang', when: 'after' },
  { type: 'reset' },
  { type: 'reset', when: 'after' },
  { type: 'truncate' },
  { type: 'html' },
  { type: 'html', when: 'after' },
  { type: 'html', status: 502, when: 'after' },
  { type: 'error_status', info: 'The request could not be created' },
  { type: 'error_status', info: 'The mail could not be sent', when: 'after' },
]

const createShare = 0.5
const lookUpShare = 0.1
const strikesWithinMs = 60_000

/** InvGate fails a share of the creates in one way after the other, then any call in every way at once. */
export const invgateFaults: Scenario = {
  name: 'invgate-faults',
  load: 'everybody',
  async run(drill) {
    const { world, pace, stopped } = drill
    const { control } = world.desk
    const faults = faultsOf(pace)
    for (const fault of faults) await strike(fault, drill)
    const all = faults.map((fault) => ({ route: '*', fault, share: lookUpShare / faults.length }))
    await control.setFaults([...all, ...all.map((rule) => ({ ...rule, route: 'POST incidents' }))])
    await delay(pace.faultMs, undefined, { signal: stopped })
    await control.clearFaults()
  },
}

/** Until it has struck as often as it was to. */
async function strike(fault: Fault, { world, pace, missed, stopped }: Drill): Promise<void> {
  const { control } = world.desk
  const rule = { route: 'POST incidents', fault, share: createShare, times: pace.faultTimes }
  await control.setFaults([rule])
  await pollUntil(
    JSON.stringify(fault),
    async () => {
      stopped.throwIfAborted()
      return (await control.faults()).length === 0 || undefined
    },
    strikesWithinMs,
  ).catch((error) => {
    stopped.throwIfAborted()
    missed.push(String(error))
  })
}
