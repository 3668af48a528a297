import type { CreatedIncident } from './draft.ts'
import type { NewIntent } from './ticket-intent.ts'

/**
 * `created`: what InvGate answered, or null. `withdrawn`: it is certain that InvGate did nothing, and the client was told
 * so. Neither: nobody knows what became of it, whatever InvGate says where the intent's state is `refused`.
 */
export type SpoolEntry = { intent: NewIntent; created: CreatedIncident | null; withdrawn: boolean }

/** What waits on disk while the database is away. */
export type IntentSpool = {
  /** Durable when it resolves; replaces what is there under the same id. @throws when it is full, or the disk is */
  put(entry: SpoolEntry): Promise<void>
  /** Fine when there is nothing. */
  remove(id: string): Promise<void>
  has(id: string): boolean
  /** The staged files of all that waits. */
  listStagedPaths(): Promise<string[]>
  /** How many entries wait. */
  size(): number
  /**
   * Hands every entry to `take`, oldest first, and removes what it took. An entry that cannot be read, or that `take`
   * answers false for, is left and does not hold up the others; a failure of `take` ends the round.
   * @param held ids whose entries are about to be replaced or removed: they are not looked at
   */
  drain(
    take: (entry: SpoolEntry) => Promise<boolean>,
    held: ReadonlySet<string>,
  ): Promise<{ taken: number; left: number }>
}
