import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SpooledTicket, TicketSpool } from '../tickets/store-ticket.ts'

const ending = '.json'

/**
 * A folder with one file a ticket, named by its UUIDv7 so that the order of names is the order in time. A file is
 * written aside, synced and renamed, and the folder synced: it is there whole or not at all.
 */
export function createTicketSpool(directory: string): TicketSpool {
  return {
    async put(entry) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const path = join(directory, `${entry.ticket.id}${ending}`)
      await writeSynced(`${path}.tmp`, JSON.stringify(entry))
      await rename(`${path}.tmp`, path)
      await syncFolder(directory)
    },

    async drain(take) {
      const names = (await listFolder(directory)).filter((name) => name.endsWith(ending)).sort()
      let taken = 0
      for (const name of names) {
        const path = join(directory, name)
        const entry = parse(await readFile(path, 'utf8'))
        if (entry === null || !(await take(entry))) continue
        await rm(path)
        taken += 1
      }
      return { taken, left: names.length - taken }
    },
  }
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

async function listFolder(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

const dates: ReadonlySet<string> = new Set(['createdAt', 'updatedAt', 'syncedAt'])

/** Null where the file is not whole: a disk may lose the end of what it had confirmed. */
function parse(text: string): SpooledTicket | null {
  try {
    return JSON.parse(text, (key, value) => (dates.has(key) ? new Date(value) : value))
  } catch {
    return null
  }
}
