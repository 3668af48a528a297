import type { ComparedCase, MeasuredCase, Result } from './cases/case.ts'
import type { Comparison } from './measure/compare.ts'

const caption =
  'Ours beside the floor (bench/floor/app.ts says what that does), a process each, in turn against one database.\n' +
  'Ratios are the medians of the rounds: 1 is as fast as the floor. Detail is of a fresh mirror, without a call to InvGate.\n' +
  'The load shares the processors with what it measures: CPU a request is steadier than requests a second.'

const heads = ['', 'req/s', 'CPU ms/req', 'p50 ms', 'p99 ms', 'RSS MiB']

/** The figures as tables, each beside its goal. */
export function report({ compared, measured }: Result): string {
  const tables: string[] = []
  if (compared.length > 0) tables.push(`${caption}\n\n${table([heads, ...compared.flatMap(rowsOf)])}`)
  if (measured.length > 0) tables.push(table([['', 'measured', 'at most', ''], ...measured.map(rowOf)]))
  return `${tables.join('\n\n')}\n`
}

function rowsOf({ name, goal, comparison }: ComparedCase): string[][] {
  const { rate, cpu } = comparison
  const verdict = [`of ${goal}`, Math.max(rate, cpu) < goal ? 'missed' : rate < goal ? 'by CPU only' : 'met']
  return [
    sideRow(`${name}, ours`, comparison.ours),
    sideRow(`${name}, floor`, comparison.floor),
    [`${name}, ratio`, rate.toFixed(2), cpu.toFixed(2), ...verdict, ''],
  ]
}

function sideRow(name: string, side: Comparison['ours']): string[] {
  const { perSecond, cpuPerRequest, p50, p99, residentMiB } = side
  const times = [cpuPerRequest.toFixed(3), p50.toFixed(1), p99.toFixed(1)]
  return [name, perSecond.toFixed(0), ...times, residentMiB.toFixed(0)]
}

function rowOf({ what, value, unit, goal }: MeasuredCase): string[] {
  return [
    what,
    `${value.toFixed(unit === '%' ? 2 : 0)} ${unit}`,
    `${goal} ${unit}`,
    value <= goal ? 'met' : 'missed',
  ]
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: string[]) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    )
  return rows.map((row) => line(row).join('  ').trimEnd()).join('\n')
}
