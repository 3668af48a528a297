import { readdir } from 'node:fs/promises'
import type { World } from './world.ts'

/** `echoes`: comments whose text is the incident's title. */
export type Remote = { id: number; files: string[]; echoes: number }
export type Local = { invGateId: number; source: string; files: string[] }

/** What InvGate and MySQL hold, by title. `files` are SHA-256. */
export type Evidence = {
  remote: ReadonlyMap<string, Remote[]>
  local: ReadonlyMap<string, Local[]>
  /** the titles that wait for an operator, and what the operator is told */
  declared: ReadonlyMap<string, string>
  /** SHA-256 of every file that the attachments' folder has */
  stored: ReadonlySet<string>
}

/** Reads both sides, past the proxies. */
export async function gatherEvidence({ desk, database, uploadFolder }: World): Promise<Evidence> {
  const incidents = await desk.control.incidents()
  const tickets = await database.query('SELECT id, title, inv_gate_id, user_id FROM tickets')
  const attachments = await database.query('SELECT ticket_id, sha256 FROM attachments')
  const intents = await database.query(
    `SELECT draft, state, last_error FROM ticket_intents WHERE ${isParked}
      UNION ALL SELECT t.title, j.kind, j.last_error FROM mirror_jobs j JOIN tickets t ON t.id = j.ticket_id
        WHERE ${isParked}`,
  )

  const filesOf = groupBy(attachments.map((row) => [String(row.ticket_id), String(row.sha256)] as const))
  return {
    remote: groupBy(
      incidents.map(({ id, title, attachments: files, comments }) => {
        const echoes = comments.filter(({ message }) => message === title).length
        return [title, { id, files: files.map(({ sha256 }) => sha256), echoes }] as const
      }),
    ),
    local: groupBy(
      tickets.map((row) => {
        const local = {
          invGateId: Number(row.inv_gate_id),
          // A ticket that was imported from InvGate has no user of ours.
          source: row.user_id === null ? 'invgate' : 'werk',
          files: filesOf.get(String(row.id)) ?? [],
        }
        return [String(row.title), local] as const
      }),
    ),
    declared: new Map(
      intents.map(({ draft, state, last_error: reason }) => {
        return [String(draft).match(titlePattern)?.[0] ?? '', `${state}: ${reason}`] as const
      }),
    ),
    stored: await listStored(uploadFolder),
  }
}

/** What the services still have to do: intents that nobody waits for, and entries on the replicas' disks. */
export async function countUnfinished({ database, replicas }: World): Promise<number> {
  const [row] = await database.query(
    `SELECT (SELECT COUNT(*) FROM ticket_intents WHERE NOT (${isParked}))
       + (SELECT COUNT(*) FROM mirror_jobs WHERE NOT (${isParked})) AS count`,
  )
  const spooled = await Promise.all(replicas.map(({ spoolFolder }) => readdir(spoolFolder).catch(() => [])))
  return Number(row?.count) + spooled.flat().length
}

/** An operator's: it never comes due by itself. */
const isParked = "available_at > '9000-01-01'"
const titlePattern = /drill-[a-z-]+-\d{5}-end/

async function listStored(uploadFolder: string): Promise<Set<string>> {
  const names = await readdir(uploadFolder, { recursive: true }).catch(() => [])
  return new Set(names.map((name) => name.split('/').at(-1) ?? '').filter((name) => name.length === 64))
}

function groupBy<T>(pairs: (readonly [string, T])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const [key, value] of pairs) {
    const group = groups.get(key)
    if (group) group.push(value)
    else groups.set(key, [value])
  }
  return groups
}
