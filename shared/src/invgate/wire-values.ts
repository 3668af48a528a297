/** Readers for InvGate's loosely typed fields: each takes what has been seen live, and gives null for anything else. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An integer, given as a number or a numeric string. */
export function readInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}

/** A record's id: a positive integer. */
export function readId(value: unknown): number | null {
  const number = readInteger(value)
  return number !== null && number > 0 ? number : null
}

export function readText(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? String(value) : null
}

/** Epoch seconds (InvGate's default) or an ISO 8601 date; 0 and the empty string mean "not yet". */
export function readDate(value: unknown): Date | null {
  const seconds = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  const isIso = typeof seconds === 'string' && /^\d{4}-\d\d-\d\d/.test(seconds)
  const date = typeof seconds === 'number' ? new Date(seconds * 1000) : isIso ? new Date(seconds) : null
  return date === null || Number.isNaN(date.getTime()) || date.getTime() <= 0 ? null : date
}

/** The ids of a list; entries may be ids or objects with one. */
export function readIds(value: unknown): number[] {
  if (!Array.isArray(value)) return []
  return value.map((entry: unknown) => readId(isRecord(entry) ? entry.id : entry)).filter((id) => id !== null)
}

/** InvGate's booleans: true and false, 1 and 0, as numbers or strings. */
export function readFlag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  const number = readInteger(value)
  return number === 1 ? true : number === 0 ? false : null
}

/**
 * Reads `{"309": {…}, "360": {…}}`, or PHP's empty or plain list, entry by entry; `key` is what an entry was filed under.
 * Entries that are null are left out. Undefined when this is no list, or an entry cannot be read.
 */
export function readEntries<T>(
  body: unknown,
  readEntry: (value: unknown, key?: string) => T | null,
): T[] | undefined {
  if (!isRecord(body) && !Array.isArray(body)) return undefined
  const entries: T[] = []
  for (const [key, value] of Object.entries(body)) {
    if (value === null) continue
    const entry = readEntry(value, Array.isArray(body) ? undefined : key)
    if (entry === null) return undefined
    entries.push(entry)
  }
  return entries
}
