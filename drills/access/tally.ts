import type { AccessWorld, ServiceName } from './access-world.ts'
import { type Call, call } from './call.ts'

/** What became of the requests of clients who may do what they ask. */
export type Tally = {
  requests: number
  /** answered 401 */
  unauthorized: number
  /** neither answered as they should be nor 401 */
  failures: number
  /** A replica refused the connection, and the other one was asked. */
  retried: number
  /** of those that were 401 or failed: how often which */
  kinds: Map<string, number>
}

export function createTally(): Tally {
  return { requests: 0, unauthorized: 0, failures: 0, retried: 0, kinds: new Map() }
}

export function noteFailure(tally: Tally, what: string): void {
  tally.failures += 1
  tally.kinds.set(what, (tally.kinds.get(what) ?? 0) + 1)
}

export type Ask = (
  operation: string,
  service: ServiceName,
  expected: number,
  request: Call,
) => Promise<{ body: unknown } | null>

/**
 * Makes what clients ask with: once, over a connection of its own, the replica whose turn it is; one that refuses the
 * connection has seen nothing of it, so the other one is asked, once. All is counted. Gives null for any other status than
 * the expected one.
 */
export function createAsk({ rotations }: Pick<AccessWorld, 'rotations'>, tally: Tally): Ask {
  return async (operation, service, expected, request) => {
    const rotation = rotations[service]
    const replica = rotation.next()
    tally.requests += 1
    let answer = await call(replica.url, request)
    if (answer === null) {
      tally.retried += 1
      answer = await call(rotation.after(replica).url, request)
    }
    if (answer?.status === expected) return { body: answer.body }
    const what = `${operation}: ${answer?.status ?? 'no answer'} ${answer?.detail ?? 'ECONNREFUSED'}`
    if (answer?.status !== 401) noteFailure(tally, what)
    else {
      tally.unauthorized += 1
      tally.kinds.set(what, (tally.kinds.get(what) ?? 0) + 1)
    }
    return null
  }
}
