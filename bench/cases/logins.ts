import { median } from '../measure/statistics.ts'
import { startIdentityService } from '../targets/targets.ts'
import type { RunningTarget } from '../targets/world.ts'
import type { BenchCase } from './case.ts'

const samples = 1000
const warmUp = 20

/**
 * Whether the time of a refused log-in tells if there is such an account: wrong passwords for known and unknown e-mails in
 * turn, one at a time, so that whatever else the machine does meets both.
 */
export const logins: BenchCase = async (world, { quick }) => {
  const identity = await startIdentityService(world)
  const known = await register(identity, 'somebody@bench.invalid')
  const times = { known: [] as number[], unknown: [] as number[] }
  const perKind = quick ? samples / 10 : samples
  for (let n = -warmUp; n < perKind; n += 1) {
    // The first of a pair finds the processor as the second does not, so they take turns at that as well.
    const kinds = n % 2 === 0 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
    for (const kind of kinds) {
      const email = kind === 'known' ? known : `nobody@bench.invalid`
      const took = await timeRefusal(identity, email)
      if (n >= 0) times[kind].push(took)
    }
  }
  await identity.stop()
  const medians = { known: median(times.known), unknown: median(times.unknown) }
  const apart = (Math.abs(medians.known - medians.unknown) / medians.unknown) * 100
  const what =
    `identity-service: refused logins, known ${medians.known.toFixed(2)} ms, unknown ${medians.unknown.toFixed(2)} ms` +
    ` (medians of ${perKind} each, ratio ${(medians.known / medians.unknown).toFixed(4)}), apart`
  return { compared: [], measured: [{ what, value: apart, unit: '%', goal: 5 }] }
}

async function register({ url }: RunningTarget, email: string): Promise<string> {
  const account = { email, password: 'a password of somebody', name: 'Bench', lastname: 'Person' }
  const status = await post(`${url}/api/auth/register`, account)
  if (status !== 201) throw new Error(`registration answered ${status}`)
  return email
}

/** In milliseconds. */
async function timeRefusal({ url }: RunningTarget, email: string): Promise<number> {
  const startedAt = performance.now()
  const status = await post(`${url}/api/auth/login`, { email, password: 'not the password' })
  const took = performance.now() - startedAt
  if (status !== 401) throw new Error(`a wrong password was answered ${status}`)
  return took
}

async function post(url: string, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  await response.text()
  return response.status
}
