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
const mostLines = 20
const longestLine = 300
/** tickets of which the same was found */
const mostAlike = 3

/** The table, and below it what was found, in a few lines. */
export function report(results: readonly ScenarioResult[]): string {
  const rows = results.map((result) => rowOf(result.scenario, [result]))
  const findings = results.flatMap(({ verdict }) => [...verdict.doubled, ...verdict.lost])
  const lines = [
    ...results.flatMap(({ scenario, broken }) => broken.map((sentence) => `${scenario}: ${sentence}`)),
    ...results.flatMap(({ scenario, recoveryMs }) =>
      recoveryMs === null ? [`${scenario}: did not settle`] : [],
    ),
    ...inDoubtLines(results),
    ...findingLines(findings),
  ]
  const fitting = lines.length <= mostLines ? lines : lines.slice(0, mostLines - 1)
  const more = lines.length - fitting.length
  return [
    table([heads, ...rows, rowOf('total', results)]),
    ...fitting.map((line) => line.slice(0, longestLine)),
    ...(more > 0 ? [`and ${more} lines more`] : []),
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
  const byReason = Map.groupBy(waiting, kindOf)
  return [...byReason].map(([reason, { length }]) => `${length} × ${reason}`)
}

/** A few tickets of each kind, a line each. */
function findingLines(findings: readonly Finding[]): string[] {
  return [...Map.groupBy(findings, kindOf)].flatMap(([kind, alike]) => [
    ...alike.slice(0, mostAlike).map(lineOf),
    ...(alike.length > mostAlike ? [`and ${alike.length - mostAlike} more: ${kind}`] : []),
  ])
}

function kindOf({ what }: Finding): string {
  return what.replace(/\d+/g, 'N')
}

function lineOf({ title, what, told }: Finding): string {
  return `${title} ${what}; its client was told: ${told}`
}

/** Columns as wide as they have to be; all but the first are figures. */
export function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    row.map((cell, column) => {
      return column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
    })
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n')
}
