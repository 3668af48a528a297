/** The time one call may take in all: attempts, waits between them, upload, answer and body. */
export type Deadline = {
  signal: AbortSignal
  /** Why the signal fired: our limit, or the caller's own signal. Null while it has not. */
  ended(): 'timeout' | 'aborted' | null
  remainingMs(): number
}

/** Starts now, ends after `timeoutMs` milliseconds or when `callerSignal` fires. */
export function startDeadline(timeoutMs: number, callerSignal?: AbortSignal): Deadline {
  const endsAt = performance.now() + timeoutMs
  const limit = AbortSignal.timeout(timeoutMs)
  return {
    signal: callerSignal ? AbortSignal.any([limit, callerSignal]) : limit,
    ended: () => (limit.aborted ? 'timeout' : callerSignal?.aborted ? 'aborted' : null),
    remainingMs: () => Math.max(0, endsAt - performance.now()),
  }
}
