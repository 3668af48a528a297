import { type Attempt, isCreated } from './clients/ledger.ts'
import type { Evidence, Local, Remote } from './world/evidence.ts'

export type Finding = { title: string; what: string; told: string }

export type Verdict = {
  attempts: number
  /** tickets whose client was told 201 */
  created: number
  remote: number
  local: number
  /** declared: they wait for an operator */
  inDoubt: Finding[]
  lost: Finding[]
  doubled: Finding[]
}

/** Holds what clients were told against what InvGate and MySQL have. */
export function judge(attempts: readonly Attempt[], evidence: Evidence): Verdict {
  const verdict: Verdict = {
    attempts: attempts.length,
    created: attempts.filter(isCreated).length,
    remote: 0,
    local: 0,
    inDoubt: [],
    lost: [],
    doubled: [],
  }
  for (const attempt of attempts) {
    const remote = evidence.remote.get(attempt.title) ?? []
    const local = evidence.local.get(attempt.title) ?? []
    const reason = evidence.declared.get(attempt.title)
    verdict.remote += remote.length
    verdict.local += local.length
    if (reason !== undefined) verdict.inDoubt.push(finding(attempt, `waits for an operator as ${reason}`))
    const found = { remote, local, isDeclared: reason !== undefined, stored: evidence.stored }
    verdict.doubled.push(...findDoubles(attempt, found).map((what) => finding(attempt, what)))
    verdict.lost.push(...findLosses(attempt, found).map((what) => finding(attempt, what)))
  }
  return verdict
}

type Found = { remote: Remote[]; local: Local[]; isDeclared: boolean; stored: ReadonlySet<string> }

function findDoubles(_attempt: Attempt, { remote, local }: Found): string[] {
  const echoes = remote.reduce((sum, incident) => sum + incident.echoes, 0)
  if (echoes > 1) return [`has its reply in InvGate ${echoes} times`]
  if (remote.length > 1) return [`is in InvGate ${remote.length} times: ${idsOf(remote)}`]
  return local.length > 1 ? [`is in MySQL ${local.length} times`] : []
}

/** The first thing that is missing; a ticket is lost once. */
function findLosses(attempt: Attempt, { remote, local, isDeclared, stored }: Found): string[] {
  const ids = remote.map(({ id }) => id)
  const [row] = local
  const wrongId = attempt.answers.find(
    ({ status, id }) => status === 201 && attempt.dialect === 'werk' && (id === null || !ids.includes(id)),
  )
  // It is here: that InvGate does not have it, an operator is told.
  if (isDeclared && attempt.dialect === 'tickets' && row !== undefined) return []
  if (isCreated(attempt) && remote.length === 0) return ['was answered 201 and is not in InvGate']
  if (isCreated(attempt) && row === undefined) return ['was answered 201 and is not in MySQL']
  if (wrongId) return [`was answered with the id ${wrongId.id}, InvGate has ${idsOf(remote)}`]
  if (row === undefined) {
    return remote.length > 0 && !isDeclared ? ['is in InvGate, not in MySQL, and nobody is told'] : []
  }
  if (!ids.includes(row.invGateId)) return [`is linked to ${row.invGateId}, InvGate has ${idsOf(remote)}`]
  if (row.source !== 'werk') return ['came back from InvGate as a ticket of somebody else']
  if (attempt.isReplied && remote.every(({ echoes }) => echoes === 0)) return ['has lost its reply']
  return findFileLosses(attempt, row, remote, stored)
}

function findFileLosses(
  { fileSha256 }: Attempt,
  row: Local,
  remote: Remote[],
  stored: ReadonlySet<string>,
): string[] {
  if (fileSha256 === null) return []
  if (!remote.every(({ files }) => files.includes(fileSha256))) return ['has lost its file in InvGate']
  if (!row.files.includes(fileSha256)) return ['has lost its file in MySQL']
  return stored.has(fileSha256) ? [] : ['has lost its file on disk']
}

function idsOf(remote: Remote[]): string {
  return remote.map(({ id }) => id).join(', ') || 'none'
}

function finding({ title, isKeyed, answers }: Attempt, what: string): Finding {
  const told = answers.map(({ status, id, detail }) => `${status ?? 'no answer'} ${id ?? detail}`)
  return { title: `${title}${isKeyed ? ' (keyed)' : ''}`, what, told: countEach(told) || 'nothing yet' }
}

function countEach(told: readonly string[]): string {
  const counts = Map.groupBy(told, (words) => words)
  return [...counts].map(([words, { length }]) => (length > 1 ? `${length} × ${words}` : words)).join(', ')
}
