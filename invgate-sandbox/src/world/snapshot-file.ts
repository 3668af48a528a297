import { mkdirSync, readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

export type SnapshotFile<T> = {
  /** What was saved last, null if nothing was. */
  load(): T | null
  /** Resolves when a state at least as new as this call's is on disk. */
  save(take: () => T): Promise<void>
  /** Resolves when no save is running or waiting, whether they went well or not. */
  settled(): Promise<void>
}

/**
 * One JSON file, replaced whole: written beside, flushed, renamed, so that a crash leaves the old state or the new.
 * Saves asked for while one is running share the next one.
 */
export function createSnapshotFile<T>(path: string): SnapshotFile<T> {
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  mkdirSync(dirname(path), { recursive: true })

  return {
    load: () => {
      const text = readIfPresent(path)
      return text === null ? null : (JSON.parse(text) as T)
    },
    save: (take) => {
      next ??= running
        .catch(() => undefined)
        .then(() => {
          running = next ?? Promise.resolve()
          next = null
          return replace(path, JSON.stringify(take()))
        })
      return next
    },
    settled: async () => {
      await Promise.allSettled([running, next])
    },
  }
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.tmp`
  const file = await open(beside, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}
