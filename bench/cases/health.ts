import { setInterval as every } from 'node:timers/promises'
import { measure } from '../measure/load.ts'
import { percentile } from '../measure/statistics.ts'
import { startIdentityService } from '../targets/targets.ts'
import type { RunningTarget } from '../targets/world.ts'
import type { BenchCase } from './case.ts'

const people = 8
const connections = 64
const probeEveryMs = 10

/** How soon `/health` answers while far more people log in than the machine can hash passwords for. */
export const health: BenchCase = async (world, { quick }) => {
  const identity = await startIdentityService(world)
  const accounts = await Promise.all(
    Array.from({ length: people }, (_, number) => register(identity, number)),
  )
  const storm = {
    requests: accounts.map((account) => ({
      method: 'POST' as const,
      path: '/api/auth/login',
      body: JSON.stringify(account),
    })),
    headers: { 'content-type': 'application/json' },
    status: 200,
    connections,
  }
  const probe = startProbe(identity.url)
  await measure(identity, storm, quick ? 3 : 15)
  const times = await probe.stop()
  await identity.stop()
  const what = `identity-service: p99 of /health during a storm of logins`
  return { compared: [], measured: [{ what, value: percentile(times, 0.99), unit: 'ms', goal: 50 }] }
}

async function register({ url }: RunningTarget, number: number) {
  const account = { email: `person${number}@bench.invalid`, password: `a password of person ${number}` }
  const body = JSON.stringify({ ...account, name: 'Bench', lastname: 'Person' })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/api/auth/register`, { method: 'POST', headers, body })
  if (response.status !== 201) throw new Error(`registration answered ${response.status}`)
  return account
}

/** Asks on time, whether the earlier answer has come or not: a stalled service must not be asked less often. */
function startProbe(url: string): { stop(): Promise<number[]> } {
  const stopping = new AbortController()
  const asked: Promise<number>[] = []
  const ask = async () => {
    const startedAt = performance.now()
    const response = await fetch(`${url}/health`)
    await response.text()
    if (response.status !== 200) throw new Error(`/health answered ${response.status}`)
    return performance.now() - startedAt
  }
  const asking = (async () => {
    for await (const _ of every(probeEveryMs, undefined, { signal: stopping.signal })) asked.push(ask())
  })().catch(() => {})
  return {
    async stop() {
      stopping.abort()
      await asking
      return Promise.all(asked)
    },
  }
}
