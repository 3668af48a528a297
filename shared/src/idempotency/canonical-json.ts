/**
 * One text for all JSON texts of the same meaning: members sorted, no white space, numbers and strings as RFC 8785
 * writes them. Members whose names are integers come first, by value: they alone are ordered otherwise than in the RFC.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => (isObject(member) ? sorted(member) : member))
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function sorted(object: object): object {
  const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1)
  return Object.fromEntries(Object.entries(object).sort(byName))
}
