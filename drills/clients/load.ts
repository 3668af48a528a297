import { setTimeout as delay } from 'node:timers/promises'
import type { Client, Wish } from './client.ts'

export type Load = {
  /** No new tickets; resolves when every client has its last answer. */
  stop(): Promise<void>
}

/** Each client raises one ticket after the other, in every form: JSON and with a file, with a key and without. */
export function startLoad(clients: readonly Client[], pauseMs: number): Load {
  let stopped = false
  const work = async (client: Client, offset: number) => {
    for (let turn = offset; !stopped; turn++) {
      await client.raise(formOf(turn)).done
      await delay(pauseMs)
    }
  }
  const workers = Promise.all(clients.map(work))
  return {
    async stop() {
      stopped = true
      await workers
    },
  }
}

/** The four forms in turn. */
export function formOf(turn: number): Pick<Wish, 'isKeyed' | 'withFile'> {
  return { isKeyed: turn % 2 === 1, withFile: turn % 4 >= 2 }
}

/**
 * Tickets at a steady rate, however long each takes, a quarter of them with a file; resolves when every one has its
 * answer.
 */
export async function raiseSteadily(
  clients: readonly Client[],
  { perSecond, forMs, stopped }: { perSecond: number; forMs: number; stopped: AbortSignal },
): Promise<void> {
  const begin = performance.now()
  const count = Math.round((perSecond * forMs) / 1000)
  const pending: Promise<unknown>[] = []
  for (let sent = 0; sent < count && !stopped.aborted; sent++) {
    const wait = begin + (sent * 1000) / perSecond - performance.now()
    if (wait > 1) await delay(wait)
    const client = clients[sent % clients.length]
    // Nobody retries here: a key would hide a failed request.
    if (client) pending.push(client.raise({ isKeyed: false, withFile: sent % 4 === 3 }).done)
  }
  await Promise.all(pending)
}
