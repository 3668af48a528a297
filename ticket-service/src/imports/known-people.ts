import { foldLoginName } from '@werk/shared/auth/login-name'
import type { ImportsRepository } from './imports.repository.ts'
import type { RowReader } from './row-reader.ts'

export type Person = { id: number; isAgent: boolean }

/** The tenant's accounts that a file speaks of. */
export type KnownPeople = {
  /** Asks the directory for whom these rows name, unless it was asked before. */
  meet(rows: readonly RowReader[]): Promise<void>
  creatorOf(row: RowReader): Person | null
  agentOf(row: RowReader): Person | null
}

export function createKnownPeople(
  { findPeople }: Pick<ImportsRepository, 'findPeople'>,
  tenantId: number,
): KnownPeople {
  const byKey = new Map<string, Person | null>()
  const byId = new Map<number, Person | null>()

  return {
    async meet(rows) {
      const keys = rows.flatMap((row) => [creatorKeyOf(row), agentKeyOf(row)])
      const ids = rows.map(agentIdOf)
      const asked = {
        keys: [...new Set(keys)].filter((key) => key !== '' && !byKey.has(key)),
        ids: [...new Set(ids)].filter((id) => id !== null).filter((id) => !byId.has(id)),
      }
      for (const key of asked.keys) byKey.set(key, null)
      for (const id of asked.ids) byId.set(id, null)
      for (const { key, ...person } of await findPeople(tenantId, asked)) {
        if (byKey.get(key) === null) byKey.set(key, person)
        if (byId.get(person.id) === null) byId.set(person.id, person)
      }
    },
    creatorOf: (row) => byKey.get(creatorKeyOf(row)) ?? null,
    agentOf: (row) => byKey.get(agentKeyOf(row)) ?? byId.get(agentIdOf(row) ?? 0) ?? null,
  }
}

export function creatorKeyOf(row: RowReader): string {
  return foldLoginName(row.word('creator_email'))
}

function agentKeyOf(row: RowReader): string {
  return namesId(row) ? '' : foldLoginName(row.word('agent_email'))
}

/** The export names an agent by the account's number. */
function agentIdOf(row: RowReader): number | null {
  return namesId(row) && /^\d{1,15}$/.test(row.word('agent_email')) ? Number(row.word('agent_email')) : null
}

function namesId(row: RowReader): boolean {
  return row.nameOf('agent_email') === 'agent_id'
}
