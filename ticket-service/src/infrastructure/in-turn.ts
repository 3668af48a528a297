import { exclusively } from '@werk/shared/database/exclusively'
import type { Pool } from '@werk/shared/database/pool'

/**
 * What runs alone among all replicas, under one name. Of this process it is one at a time besides: whoever waits for the
 * database's lock keeps a connection from the one that has it, so that a pool of two would stand still.
 */
export function createInTurn(pool: Pool, name: string): <T>(work: () => Promise<T>) => Promise<T> {
  let turn: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = turn.then(() => exclusively(pool, name, work))
    turn = result.catch(() => {})
    return result
  }
}
