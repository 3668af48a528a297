import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import type { BcryptTask } from './bcrypt-worker.ts'
import { tooManyLogins } from './passwords.errors.ts'

export type Bcrypt = {
  hash(text: string, cost: number): Promise<string>
  compare(text: string, hash: string): Promise<boolean>
  close(): Promise<void>
}

const longestQueue = 500

/** bcrypt in worker threads, so that log-ins never stall other requests. @param threads 0 leaves one processor free */
export function createBcryptPool(threads: number): Bcrypt {
  const maxThreads = threads === 0 ? Math.max(1, availableParallelism() - 1) : threads
  const pool = new Piscina<BcryptTask, string | boolean>({
    filename: new URL('./bcrypt-worker.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads,
    maxQueue: longestQueue,
    idleTimeout: 30_000,
  })
  const run = async (task: BcryptTask) => {
    if (pool.queueSize >= longestQueue) throw tooManyLogins()
    return pool.run(task)
  }
  return {
    hash: async (text, cost) => String(await run({ hash: { text, cost } })),
    compare: async (text, hash) => (await run({ compare: { text, hash } })) === true,
    close: () => pool.destroy(),
  }
}
