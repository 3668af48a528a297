import { setTimeout as pause } from 'node:timers/promises'

/**
 * Looks again and again until `look` gives something other than undefined, and gives that.
 * @param withinMs milliseconds after which it rejects, naming `what`
 */
export async function pollUntil<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  withinMs = 10_000,
): Promise<T> {
  const end = performance.now() + withinMs
  while (performance.now() < end) {
    const found = await look()
    if (found !== undefined) return found
    await pause(20)
  }
  throw new Error(`did not come about within ${withinMs} ms: ${what}`)
}
