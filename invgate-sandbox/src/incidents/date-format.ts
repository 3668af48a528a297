import Type, { type Static } from 'typebox'

/** InvGate's `date_format`: epoch seconds unless asked otherwise. */
export const dateFormat = Type.Enum(['epoch', 'iso8601'], { default: 'epoch' })

export type DateFormat = Static<typeof dateFormat>

export function presentDate(seconds: number, format: DateFormat): number | string
export function presentDate(seconds: number | null, format: DateFormat): number | string | null
export function presentDate(seconds: number | null, format: DateFormat): number | string | null {
  if (seconds === null || format === 'epoch') return seconds
  return new Date(seconds * 1000).toISOString().replace('.000Z', '+00:00')
}
