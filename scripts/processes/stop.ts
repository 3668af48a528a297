/** npm passes a terminal's Ctrl-C on to us although the terminal sent it already: that is one signal, not two. */
const echoMs = 400

/**
 * Turns what should end this process into one abort signal: SIGINT, SIGTERM, SIGHUP, and the death of the process
 * that started it, which its channel shows. `force` aborts at the second signal.
 */
export function createStop(): { stop: AbortSignal; force: AbortSignal } {
  const stop = new AbortController()
  const force = new AbortController()
  let first = 0
  const onSignal = () => {
    if (!stop.signal.aborted) {
      first = Date.now()
      stop.abort()
    } else if (Date.now() - first > echoMs) {
      force.abort()
    }
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  process.once('disconnect', () => stop.abort())
  process.channel?.unref?.()
  // A terminal that closed takes no more lines, and cleaning up must not fail of that.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return { stop: stop.signal, force: force.signal }
}
