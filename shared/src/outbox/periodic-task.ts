type Logger = { warn(fields: object, message: string): void }

export type PeriodicTask = {
  /** Runs at once, and again so many milliseconds after the end of each run. */
  start(): void
  /** Waits for the run that is under way; none follows. */
  stop(): Promise<void>
}

type Options = { name: string; everyMs: number; run(): Promise<void>; logger: Logger }

/** Runs something again and again, one run at a time. A failed run is logged, and the next one comes all the same. */
export function createPeriodicTask({ name, everyMs, run, logger }: Options): PeriodicTask {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let underWay = Promise.resolve()

  const runNow = () => {
    underWay = run()
      .catch((err) => logger.warn({ err, task: name }, 'a periodic task failed, it will run again'))
      .then(() => {
        if (!stopped) timer = setTimeout(runNow, everyMs)
      })
  }

  return {
    start: runNow,
    async stop() {
      stopped = true
      clearTimeout(timer)
      await underWay
    },
  }
}
