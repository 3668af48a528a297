import { setTimeout as pause } from 'node:timers/promises'

/** Asks again and again until `check` no longer throws, at most for so many milliseconds; then throws what it threw last. */
export async function eventually<T>(check: () => Promise<T>, withinMs = 10_000): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > end) throw error
      await pause(20)
    }
  }
}
