/** Whether so many values at most lie in it, at any depth, itself counted. It looks no further than it must. */
export function hasAtMost(most: number, value: unknown): boolean {
  const left = [value]
  for (let seen = 1; left.length > 0; ) {
    const inner = insideOf(left.pop())
    seen += inner.length
    if (seen > most) return false
    left.push(...inner)
  }
  return true
}

/** Whether nothing in it lies deeper than so many objects and arrays. */
export function isNestedAtMost(deepest: number, value: unknown): boolean {
  let level = [value]
  for (let depth = 0; depth < deepest; depth += 1) {
    level = level.filter((one) => typeof one === 'object' && one !== null).flatMap(insideOf)
    if (level.length === 0) return true
  }
  return false
}

function insideOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Array.isArray(value) ? value : Object.values(value)
}
