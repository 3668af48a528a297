import { table } from '../report.ts'
import type { Lag } from './access-scenario.ts'
import type { AccessResult } from './run-access-drill.ts'

const heads = ['', 'requests', '401s', 'failures', 'retried', 'restarts', 'seconds', 'rps']
const lagHeads = ['ended by', 'while', 'samples', 'p50', 'max']
const mostLines = 20

/** The tables, and below them what was found. */
export function accessReport(results: readonly AccessResult[]): string {
  const lags = results.flatMap((result) => result.lags)
  const found = results.flatMap(({ scenario, broken }) =>
    broken.map((sentence) => `${scenario}: ${sentence}`),
  )
  return [
    table([heads, ...results.map(rowOf)]),
    ...(lags.length > 0 ? ['', table([lagHeads, ...lagRows(lags)])] : []),
    ...found.slice(0, mostLines),
    ...(found.length > mostLines ? [`and ${found.length - mostLines} lines more`] : []),
  ].join('\n')
}

function rowOf({ scenario, tally, restarts, seconds, perSecond }: AccessResult): string[] {
  const { requests, unauthorized, failures, retried } = tally
  const counts = [requests, unauthorized, failures, retried, restarts].map(String)
  return [scenario, ...counts, seconds.toFixed(1), perSecond.toFixed(0)]
}

function lagRows(lags: readonly Lag[]): string[][] {
  const groups = Map.groupBy(lags, ({ kind, meanwhile }) => `${meanwhile}\n${kind}`)
  return [...groups.values()].map((group) => {
    const sorted = group.map(({ ms }) => ms).sort((a, b) => a - b)
    const p50 = sorted[Math.floor((sorted.length - 1) / 2)]
    const [first] = group
    return [
      first?.kind ?? '',
      first?.meanwhile ?? '',
      String(group.length),
      `${p50} ms`,
      `${sorted.at(-1)} ms`,
    ]
  })
}
