import type { Finding, Verdict } from './verdict.ts'

export type ScenarioResult = {
  scenario: string
  kills: number
  verdict: Verdict
  /**
   * From the end of the fault until nothing was left to do; null when that did not come about in time, `later` when the
   * next scenario did not wait for it.
   */
  recoveryMs: number | 'later' | null
  /** promises of the scenario's own that were broken, a sentence each */
  broken: string[]
}

const heads = ['', 'attempts', '201s', 'kills', 'remote', 'local', 'in doubt', 'lost', 'doubled', 'recovery']
const mostFindings = 10

/** The table, and below it what was found. */
export function report(results: readonly ScenarioResult[]): string {
  const rows = results.map((result) => rowOf(result.scenario, [result]))
  const findings = results.flatMap(({ verdict }) => [...verdict.doubled, ...verdict.lost])
  return [
    table([heads, ...rows, rowOf('total', results)]),
    ...results.flatMap(({ scenario, broken }) => broken.map((sentence) => `${scenario}: ${sentence}`)),
    ...results.flatMap(({ scenario, recoveryMs }) =>
      recoveryMs === null ? [`${scenario}: did not settle`] : [],
    ),
    ...findings.slice(0, mostFindings).map(lineOf),
    ...(findings.length > mostFindings ? [`and ${findings.length - mostFindings} more`] : []),
    ...inDoubtLines(results),
  ].join('\n')
}

/** Whether everything that was promised held. */
export function isClean(results: readonly ScenarioResult[]): boolean {
  return results.every(
    ({ verdict: { lost, doubled }, recoveryMs, broken }) =>
      lost.length + doubled.length + broken.length === 0 && recoveryMs !== null,
  )
}

function rowOf(name: string, results: readonly ScenarioResult[]): string[] {
  const sum = (count: (verdict: Verdict) => number) =>
    String(results.reduce((total, { verdict }) => total + count(verdict), 0))
  return [
    name,
    sum(({ attempts }) => attempts),
    sum(({ created }) => created),
    String(results.reduce((total, { kills }) => total + kills, 0)),
    sum(({ remote }) => remote),
    sum(({ local }) => local),
    sum(({ inDoubt }) => inDoubt.length),
    sum(({ lost }) => lost.length),
    sum(({ doubled }) => doubled.length),
    seconds(results),
  ]
}

/** The longest. */
function seconds(results: readonly ScenarioResult[]): string {
  const times = results.map(({ recoveryMs }) => recoveryMs)
  if (times.includes(null)) return 'never'
  const known = times.filter((time) => typeof time === 'number')
  return known.length === 0 ? 'later' : `${(Math.max(...known) / 1000).toFixed(1)} s`
}

/** How many wait for an operator, by reason. */
function inDoubtLines(results: readonly ScenarioResult[]): string[] {
  const waiting = results.flatMap(({ verdict }) => verdict.inDoubt)
  const byReason = Map.groupBy(waiting, ({ what }) => what.replace(/\d+/g, 'N'))
  return [...byReason].map(([reason, { length }]) => `${length} × ${reason}`)
}

function lineOf({ title, what, told }: Finding): string {
  return `${title} ${what}; its client was told: ${told}`
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    row.map((cell, column) => {
      return column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
    })
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n')
}
