import type { Fault, FaultRule } from './fault.schemas.ts'

export type FaultBook = {
  /** Puts these rules in place of those before. */
  replace(rules: readonly FaultRule[]): void
  /** The rules that are still active, `times` being what is left. */
  active(): FaultRule[]
  /** The fault that the first active rule for the route deals out; its `times` goes down by one. */
  take(route: string): Fault | null
}

/** @param random from 0 (included) to 1, decides about shares; a rule that it spares gives way to the next. */
export function createFaultBook(random: () => number = Math.random): FaultBook {
  let rules: FaultRule[] = []
  return {
    replace: (wanted) => {
      rules = wanted.map((rule) => ({ ...rule }))
    },
    active: () => rules,
    take: (route) => {
      const rule = rules.find(
        (candidate) =>
          (candidate.route === '*' || candidate.route === route) && random() < (candidate.share ?? 1),
      )
      if (rule === undefined) return null
      if (rule.times !== undefined) {
        rule.times -= 1
        if (rule.times === 0) rules = rules.filter((other) => other !== rule)
      }
      return rule.fault
    },
  }
}
