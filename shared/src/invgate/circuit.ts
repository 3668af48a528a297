import CircuitBreaker from 'opossum'

export type CircuitState = 'closed' | 'half-open' | 'open'

/** What an outcome says about InvGate: that it works, that it does not, or nothing. */
export type Evidence = 'up' | 'down' | 'none'

type Options = {
  /** Failures in a row that open it. */
  failures: number
  /** Milliseconds from opening to a probe; up to half as much again is added at random, so that replicas do not probe together. */
  resetMs: number
  evidenceOf: (error: unknown) => Evidence
  onChange: (state: CircuitState) => void
}

export type Circuit = {
  state(): CircuitState
  /** Null when a request may go, else the milliseconds after which to ask again. */
  waitMs(): number | null
  /** Sends a request that may go, in the same turn in which `waitMs` said so. Its outcome comes back untouched. */
  run<T>(send: () => Promise<T>): Promise<T>
  close(): void
}

/** Most probes that go well are over by then; whoever comes back too early is told so again. */
const whileProbingMs = 1000

/**
 * Opens when requests fail one after another; then lets a single one through as a probe, whose outcome closes it or opens it again.
 * Requests that were sent before it last opened have no say any more: what they tell is old.
 */
export function createCircuit({ failures, resetMs, evidenceOf, onChange }: Options): Circuit {
  // opossum looks up `resetTimeout` whenever it opens, so a new one may be put there in time.
  const options = {
    timeout: false as const,
    resetTimeout: jittered(resetMs),
    errorFilter: (error: unknown) => evidenceOf(error) === 'up',
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  }
  // It watches the outcome of a probe that is already on its way: so no request is ever left alone, whatever opossum says.
  const breaker = new CircuitBreaker((probe: Promise<unknown>) => probe, options)
  let inARow = 0
  let openings = 0
  let nextProbeAt = 0

  const state = () => (breaker.closed ? 'closed' : breaker.halfOpen ? 'half-open' : 'open')
  breaker.on('open', () => {
    openings += 1
    nextProbeAt = performance.now() + options.resetTimeout
    onChange('open')
  })
  breaker.on('halfOpen', () => {
    options.resetTimeout = jittered(resetMs)
    onChange('half-open')
  })
  breaker.on('close', () => {
    inARow = 0
    onChange('closed')
  })

  function count(evidence: Evidence): void {
    if (evidence === 'up') inARow = 0
    if (evidence === 'down') inARow += 1
    if (inARow >= failures) breaker.open()
  }

  async function observe(outcome: Promise<unknown>): Promise<void> {
    const openingsBefore = openings
    const evidence = await outcome.then(() => 'up' as const, evidenceOf)
    if (breaker.closed && openings === openingsBefore) count(evidence)
  }

  return {
    state,
    waitMs() {
      if (breaker.closed || breaker.pendingClose) return null
      return breaker.halfOpen ? whileProbingMs : Math.max(1, nextProbeAt - performance.now())
    },
    async run(send) {
      const outcome = send()
      await (breaker.closed ? observe(outcome) : breaker.fire(outcome).catch(() => undefined))
      return outcome
    },
    close: () => breaker.shutdown(),
  }
}

function jittered(ms: number): number {
  return Math.round(ms * (1 + Math.random() / 2))
}
