import { Counter, type Registry } from 'prom-client'
import type { GuessKind } from './guesses.ts'

/** Attempts that had to wait are counted here and not audited: a flood of them would fill the audit. */
export function createGuessMetrics(registry: Registry): { refused(kind: GuessKind): void } {
  const refusals = new Counter({
    name: 'guesses_refused_total',
    help: 'attempts at a password or code that came too soon after too many failures',
    labelNames: ['kind'],
    registers: [registry],
  })
  return { refused: (kind) => refusals.inc({ kind }) }
}
