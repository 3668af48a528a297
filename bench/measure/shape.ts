import { isDeepStrictEqual } from 'node:util'

/** What an answer consists of, whatever the values: a floor that answers less would do less. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const entries = Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)] as const)
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** @throws with both shapes where they differ */
export function assertSameShape(ours: unknown, floor: unknown): void {
  const shapes = [shapeOf(ours), shapeOf(floor)]
  if (isDeepStrictEqual(shapes[0], shapes[1])) return
  throw new Error(
    `the floor answers otherwise than ours:\n${shapes.map((shape) => JSON.stringify(shape)).join('\n')}`,
  )
}
