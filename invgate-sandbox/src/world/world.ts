import type { Attachment } from '../attachments/attachment.ts'
import type { Comment } from '../comments/comment.ts'
import type { Incident } from '../incidents/incident.ts'
import type { User } from '../users/user.ts'
import { apiUser, firstIds } from './seed.ts'
import type { SnapshotFile } from './snapshot-file.ts'

export type Kind = keyof typeof firstIds

/** Everything the sandbox remembers, by id; ids ascend, so each map is in the order of creation. */
export type World = {
  readonly incidents: Map<number, Incident>
  readonly comments: Map<number, Comment>
  readonly attachments: Map<number, Attachment>
  readonly users: Map<number, User>
  nextId(kind: Kind): number
  /** Epoch seconds, as InvGate counts time. */
  now(): number
  /** Resolves when what is remembered now is on disk; at once where nothing is persisted. */
  save(): Promise<void>
  /** Resolves when no save is under way any more. */
  settled(): Promise<void>
  /** Back to the seed. */
  reset(): Promise<void>
}

export type Snapshot = {
  readonly lastIds: Record<Kind, number>
  readonly incidents: Incident[]
  readonly comments: Comment[]
  readonly attachments: Attachment[]
  readonly users: User[]
}

/** @param clock epoch milliseconds. */
export function createWorld(file: SnapshotFile<Snapshot> | null, clock: () => number): World {
  const incidents = new Map<number, Incident>()
  const comments = new Map<number, Comment>()
  const attachments = new Map<number, Attachment>()
  const users = new Map<number, User>()
  let lastIds: Record<Kind, number> = { ...firstIds }

  const fill = (snapshot: Snapshot) => {
    lastIds = { ...snapshot.lastIds }
    refill(incidents, snapshot.incidents)
    refill(comments, snapshot.comments)
    refill(attachments, snapshot.attachments)
    refill(users, snapshot.users)
  }
  const take = (): Snapshot => ({
    lastIds,
    incidents: [...incidents.values()],
    comments: [...comments.values()],
    attachments: [...attachments.values()],
    users: [...users.values()],
  })
  const save = async () => file?.save(take)
  fill(file?.load() ?? seed())

  return {
    incidents,
    comments,
    attachments,
    users,
    nextId: (kind) => {
      lastIds[kind] += 1
      return lastIds[kind]
    },
    now: () => Math.floor(clock() / 1000),
    save,
    settled: async () => file?.settled(),
    reset: () => {
      fill(seed())
      return save()
    },
  }
}

function seed(): Snapshot {
  return { lastIds: firstIds, incidents: [], comments: [], attachments: [], users: [apiUser] }
}

function refill<T extends { readonly id: number }>(map: Map<number, T>, items: readonly T[]): void {
  map.clear()
  for (const item of items) map.set(item.id, item)
}
