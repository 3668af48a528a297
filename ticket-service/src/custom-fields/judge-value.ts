import type { CustomField, FieldValue } from './custom-field.ts'

/** Characters. */
export const longestText = 2000

export type Judged = { value: FieldValue } | { fault: string }

type Choice = Pick<CustomField, 'type' | 'options'>

/** Whether this may be a value of the field, and which. @param given as JSON has it */
export function judgeValue(field: Choice, given: unknown): Judged {
  switch (field.type) {
    case 'text':
      return judgeText(given)
    case 'number':
      return typeof given === 'number' && Number.isFinite(given)
        ? { value: given }
        : { fault: 'must be a number' }
    case 'boolean':
      return typeof given === 'boolean' ? { value: given } : { fault: 'must be true or false' }
    case 'date':
      return typeof given === 'string' && isDate(given)
        ? { value: given }
        : { fault: 'must be a date, such as 2026-12-24' }
    case 'select':
      return typeof given === 'string' && field.options.includes(given)
        ? { value: given }
        : { fault: `must be one of ${field.options.join(', ')}` }
    case 'multiselect':
      return judgeChoices(field, given)
  }
}

/**
 * The same of a cell of a table, where everything is text: numbers with a point, `true` or `false`, and several options with
 * semicolons between, which no option has.
 */
export function judgeCell(field: Choice, text: string): Judged {
  switch (field.type) {
    case 'number':
      return judgeValue(field, /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text)
    case 'boolean':
      return judgeValue(field, text === 'true' || (text === 'false' ? false : text))
    case 'multiselect':
      return judgeValue(
        field,
        text.split(';').map((option) => option.trim()),
      )
    default:
      return judgeValue(field, text)
  }
}

/** The same cell again: what `judgeCell` reads as this value. */
export function toCell(value: FieldValue): string {
  return typeof value === 'object' ? value.join(';') : String(value)
}

function judgeText(given: unknown): Judged {
  if (typeof given !== 'string') return { fault: 'must be a string' }
  if (given.trim() === '') return { fault: 'must not be empty' }
  return [...given].length > longestText
    ? { fault: `must be at most ${longestText} characters long` }
    : { value: given }
}

function judgeChoices({ options }: Choice, given: unknown): Judged {
  const chosen: unknown[] = Array.isArray(given) ? given : []
  const known = options.filter((option) => chosen.includes(option))
  const isGood = chosen.length > 0 && known.length === chosen.length
  return isGood ? { value: known } : { fault: `must be one or several, each once, of ${options.join(', ')}` }
}

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []
  if (year === undefined || year === '0000') return false
  const date = new Date(`${text}T00:00:00Z`)
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day)
}
