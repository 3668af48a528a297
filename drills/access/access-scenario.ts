import type { Replica } from '../world/replica.ts'
import type { AccessWorld, ServiceName } from './access-world.ts'
import type { Member, Operation } from './member.ts'
import type { Traffic } from './traffic.ts'

/** How much of everything: the full run, or the short form. */
export type AccessPace = {
  members: number
  /** requests of all members together, while the secret is rotated */
  perSecond: number
  /** the same while accounts and sessions end */
  lightPerSecond: number
  /** Requests between two restarts of a rotation. */
  requestsBetween: number
  /** whether a replica of each service is restarted at a time, or one alone */
  inPairs: boolean
  /** Requests in which no token of the old secret may be seen before that secret goes. */
  requestsWithoutOld: number
  /** how often each kind of end is measured while nothing else happens */
  rounds: number
  /** whether each kind of end is measured by itself, or all of them at once */
  kindsAtOnce: boolean
  /** whether what restarts has to be back in time; a machine that does many other things starts it slowly */
  promisesStarts: boolean
}

export const fullAccess: AccessPace = {
  members: 16,
  perSecond: 200,
  lightPerSecond: 40,
  requestsBetween: 400,
  inPairs: false,
  requestsWithoutOld: 1000,
  rounds: 20,
  kindsAtOnce: false,
  promisesStarts: true,
}

export const quickAccess: AccessPace = {
  members: 6,
  perSecond: 100,
  lightPerSecond: 10,
  requestsBetween: 60,
  inPairs: true,
  requestsWithoutOld: 50,
  rounds: 1,
  kindsAtOnce: true,
  promisesStarts: false,
}

/** How long after identity's answer a credential was let in nowhere any more. */
export type Lag = {
  /** what ended it */
  kind: string
  /** what happened meanwhile */
  meanwhile: string
  credential: string
  ms: number
  /** how long what restarted meanwhile was away */
  awayMs: number
}

/** What a scenario has to work with. */
export type AccessDrill = {
  world: AccessWorld
  pace: AccessPace
  members: readonly Member[]
  traffic: Traffic
  stopped: AbortSignal
  /** SIGTERM to a replica behind the proxy, and back when it is ready; counted. */
  restart(service: ServiceName, replica: Replica): Promise<void>
  /** SIGTERM or SIGKILL to both replicas of a service at once; counted. */
  restartBoth(service: ServiceName, how: 'stop' | 'kill'): Promise<void>
  lags: Lag[]
  /** promises that were broken, a sentence each */
  broken: string[]
}

export type AccessScenario = {
  name: string
  /** what the members do meanwhile */
  operations: readonly Operation[]
  perSecond(pace: AccessPace): number
  run(drill: AccessDrill): Promise<void>
}
