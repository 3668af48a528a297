import { createHash } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { IntentSpool, SpoolEntry } from '../intents/intent-spool.ts'

const ending = '.json'
const torn = '.torn'
const unfinished = '.tmp'

type Logger = { error(fields: object, message: string): void }
type Options = { directory: string; maxEntries: number; logger: Logger }

/**
 * A folder with one file an entry, named by its UUIDv7 so that the order of names is the order in time. A file is
 * written aside, synced and renamed, and the folder synced: it is there whole or not at all. Its first line is the
 * SHA-256 of the rest; one that a failing disk tore all the same is set aside for an operator.
 */
export function createFileIntentSpool({ directory, maxEntries, logger }: Options): IntentSpool {
  const ids = new Set(listIds(directory))
  const arriving = new Set<string>()
  const pathOf = (id: string) => join(directory, `${id}${ending}`)

  const read = async (id: string): Promise<SpoolEntry | null> => {
    const entry = parse(await readFile(pathOf(id), 'utf8'))
    if (entry !== null) return entry
    logger.error({ ticket_id: id }, 'a spooled entry is not whole, it is set aside')
    await rename(pathOf(id), `${pathOf(id)}${torn}`)
    ids.delete(id)
    return null
  }

  return {
    async put(entry) {
      const { id } = entry.intent
      if (!ids.has(id) && ids.size + arriving.size >= maxEntries) {
        throw new Error(`the spool is full: ${maxEntries} entries`)
      }
      if (!ids.has(id)) arriving.add(id)
      const aside = `${pathOf(id)}${unfinished}`
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        await writeSynced(aside, serialize(entry))
        await rename(aside, pathOf(id))
        await syncFolder(directory)
        ids.add(id)
      } catch (error) {
        await rm(aside, { force: true }).catch(() => {})
        // What is refused must not come back after a restart; what was there before stays.
        if (!ids.has(id)) await rm(pathOf(id), { force: true }).catch(() => {})
        throw error
      } finally {
        arriving.delete(id)
      }
    },

    async remove(id) {
      if (!ids.has(id)) return
      await rm(pathOf(id), { force: true })
      ids.delete(id)
    },

    has: (id) => ids.has(id),

    async listStagedPaths() {
      const paths: string[] = []
      for (const id of ids) {
        const entry = await read(id).catch(goneMeanwhile)
        paths.push(...(entry?.intent.draft.files.map(({ path }) => path) ?? []))
      }
      return paths
    },

    size: () => ids.size,

    async drain(take, held) {
      let taken = 0
      for (const id of [...ids].sort()) {
        if (held.has(id) || !ids.has(id)) continue
        const entry = await read(id)
        if (entry === null || !(await take(entry))) continue
        await rm(pathOf(id), { force: true })
        ids.delete(id)
        taken += 1
      }
      return { taken, left: ids.size }
    },
  }
}

function serialize(entry: SpoolEntry): string {
  const json = JSON.stringify(entry)
  return `${sha256(json)}\n${json}`
}

const dates: ReadonlySet<string> = new Set(['createdAt', 'sentAt'])

function parse(text: string): SpoolEntry | null {
  const end = text.indexOf('\n')
  const json = text.slice(end + 1)
  if (end === -1 || sha256(json) !== text.slice(0, end)) return null
  return JSON.parse(json, (key, value) => (dates.has(key) ? new Date(value) : value))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** At start, once: a few names. What was still being written when a process died was promised to nobody. */
function listIds(directory: string): string[] {
  const names = namesIn(directory)
  for (const name of names.filter((one) => one.endsWith(`${ending}${unfinished}`)))
    rmSync(join(directory, name), { force: true })
  return names.filter((name) => name.endsWith(ending)).map((name) => name.slice(0, -ending.length))
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

function goneMeanwhile(error: unknown): null {
  if (isMissing(error)) return null
  throw error
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(directory: string): Promise<void> {
  const folder = await open(directory, 'r')
  await folder.sync().finally(() => folder.close())
}
