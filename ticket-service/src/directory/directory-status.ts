import { Counter, Gauge, type Registry } from 'prom-client'

type Logger = { info(message: string): void; warn(fields: object, message: string): void }

export type DirectoryStatus = {
  /** The memory holds all that had changed a moment ago; so many things were new. */
  heard(entries: number): void
  follows(): void
  failed(error: unknown): void
  /** For `/readyz`. @throws while the feed is not heard of */
  check(): Promise<void>
}

type Needs = { metrics: Registry; logger: Logger; clock: { now(): Date } }

const lateAfterSeconds = 5

/** How well the directory is followed: for `/metrics`, for `/readyz`, and in the log where it changes. */
export function createDirectoryStatus({ metrics, logger, clock }: Needs): DirectoryStatus {
  let heardAt = clock.now().getTime()
  let following: boolean | null = null
  const lagSeconds = () => Math.max(0, (clock.now().getTime() - heardAt) / 1000)

  const applied = new Counter({
    name: 'directory_entries_total',
    help: 'changes of accounts, tenants, teams, sessions and API keys that were learnt',
    registers: [metrics],
  })
  new Gauge({
    name: 'directory_lag_seconds',
    help: 'since all revocations up to that moment were known for certain',
    registers: [metrics],
    collect() {
      this.set(lagSeconds())
    },
  })
  new Gauge({
    name: 'directory_following',
    help: '1 while the feed of the identity-service is followed and written down',
    registers: [metrics],
    collect() {
      this.set(following === true ? 1 : 0)
    },
  })

  return {
    heard(entries) {
      heardAt = clock.now().getTime()
      applied.inc(entries)
    },
    follows() {
      if (following !== true) logger.info('the directory is followed')
      following = true
    },
    failed(err) {
      if (following !== false)
        logger.warn({ err }, 'the directory cannot be followed, what is known of it goes on to count')
      following = false
    },
    async check() {
      const lag = lagSeconds()
      if (lag > lateAfterSeconds) throw new Error(`the directory was not heard of for ${lag} s`)
    },
  }
}
