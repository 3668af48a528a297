import { setTimeout as delay } from 'node:timers/promises'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import type { Replica } from '../world/replica.ts'
import type { AccessDrill, AccessScenario } from './access-scenario.ts'
import { type Credential, type Kind, kinds, tryCredential } from './ends.ts'
import { ticketsAlone } from './traffic.ts'

const promisedMs = 5000
const patienceMs = 30_000
const askEveryMs = 40

type Meanwhile = { name: string; begin(drill: AccessDrill): Promise<void> }

const nothing: Meanwhile = { name: 'nothing', begin: async () => {} }
const restarts: readonly Meanwhile[] = [
  {
    name: 'a ticket replica restarts',
    begin: ({ world, restart }) => restart('tickets', world.replicas.tickets[1]),
  },
  { name: 'identity restarts', begin: ({ restartBoth }) => restartBoth('identity', 'stop') },
  { name: 'identity is killed', begin: ({ restartBoth }) => restartBoth('identity', 'kill') },
]

/** What ends on identity ends on every replica of the ticket-service soon, whatever restarts meanwhile. */
export const revocation: AccessScenario = {
  name: 'revocation',
  operations: ticketsAlone,
  perSecond: ({ lightPerSecond }) => lightPerSecond,
  async run(drill) {
    const { pace, lags, broken } = drill
    const groups = pace.kindsAtOnce ? [kinds] : kinds.map((kind) => [kind])
    const rounds = [...Array.from({ length: pace.rounds }, () => nothing), ...restarts]
    for (const meanwhile of rounds) {
      for (const group of groups) await measure(group, meanwhile, drill)
    }
    const late = lags.filter(({ ms, awayMs }) => ms > promisedMs + (pace.promisesStarts ? 0 : awayMs))
    broken.push(
      ...late.map((lag) => `${lag.credential} after ${lag.kind} while ${lag.meanwhile}: ${lag.ms} ms`),
    )
  },
}

async function measure(group: readonly Kind[], meanwhile: Meanwhile, drill: AccessDrill): Promise<void> {
  const { world, lags, broken, stopped } = drill
  stopped.throwIfAborted()
  const prepared = await Promise.all(
    group.map(async ({ name, prepare }) => (await prepare(world)).map((end) => ({ ...end, kind: name }))),
  )
  const ends = prepared.flat()
  const credentials = ends.flatMap((end) => end.credentials)
  await Promise.all(credentials.map((credential) => untilAdmitted(credential, world.replicas.tickets)))

  const changes = ends.map(async (end) => {
    await end.change()
    return { ...end, answered: performance.now() }
  })
  const measuring = changes.map(async (changed) => {
    const { kind, credentials: ended, answered } = await changed
    return Promise.all(
      ended.map(async (credential) => {
        const ms = Math.round((await untilEnded(credential, world.replicas.tickets)) - answered)
        return { kind, meanwhile: meanwhile.name, credential: credential.name, ms }
      }),
    )
  })
  const away = Promise.all(changes).then(async () => {
    const began = performance.now()
    await meanwhile.begin(drill)
    return performance.now() - began
  })
  const [awayMs, ...measured] = await Promise.all([away, ...measuring])
  lags.push(...measured.flat().map((lag) => ({ ...lag, awayMs })))
  for (const replica of [...world.replicas.tickets, ...world.replicas.identity])
    broken.push(...(await notRefused(credentials, replica, meanwhile)))
}

function untilAdmitted(credential: Credential, replicas: readonly Replica[]): Promise<unknown> {
  return Promise.all(
    replicas.map(({ name, url }) =>
      pollUntil(`${credential.name} is let in by ${name}`, async () =>
        (await tryCredential(url, '/api/tickets?limit=1', credential)) === 'admitted' ? true : undefined,
      ),
    ),
  )
}

/** @returns when the last replica had refused it, as `performance.now()` has it; one that is down refuses nobody */
async function untilEnded(credential: Credential, replicas: readonly Replica[]): Promise<number> {
  const times = replicas.map(async ({ name, url }) => {
    for (const end = performance.now() + patienceMs; performance.now() < end; await delay(askEveryMs)) {
      const found = await tryCredential(url, '/api/tickets?limit=1', credential)
      if (found === 'ended') return performance.now()
    }
    throw new Error(`${name} still lets ${credential.name} in`)
  })
  return Math.max(...(await Promise.all(times)))
}

/** What ended has to stay so, and identity itself must know at once. */
async function notRefused(
  credentials: readonly Credential[],
  { name, url }: Replica,
  meanwhile: Meanwhile,
): Promise<string[]> {
  const isIdentity = name.startsWith('identity')
  const tried = credentials
    // Its owner may still be asked about.
    .filter(({ ends }) => !isIdentity || ends !== 'sees its own alone')
    .map(async (credential) => {
      const path = isIdentity ? '/api/v1/auth/me' : '/api/tickets?limit=1'
      const found = await tryCredential(url, path, credential)
      return found === 'ended' ? [] : [`${credential.name} is not refused by ${name} while ${meanwhile.name}`]
    })
  return (await Promise.all(tried)).flat()
}
