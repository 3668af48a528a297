import type { TicketCategory } from '../tickets/ticket-kinds.ts'
import { belongsTo, type CustomField, type FieldValue, isVisible } from './custom-field.ts'
import { fieldsInvalid } from './custom-fields.errors.ts'
import { judgeValue } from './judge-value.ts'

/** What somebody says of fields, by their keys, as JSON has it. */
export type GivenFields = Readonly<Record<string, unknown>>

export type FieldChange = { field: CustomField; value: FieldValue | null }

/** `isStaff`: whether who says it is one of those who answer the ticket. */
type Asked = { category: TicketCategory; isStaff: boolean }

const noSuchField = 'is no field of such a ticket'

/**
 * The values of a ticket that is raised. Who may not see a field cannot name it, and is not held to it.
 * @throws AppError ticket.invalid with what is wrong by `fields.<key>`
 */
export function judgeNewFields(fields: readonly CustomField[], given: GivenFields, asked: Asked) {
  const named = new Map(Object.entries(given))
  const its = fields.filter((field) => belongsTo(field, asked.category) && isVisible(field, asked.isStaff))
  const faults = new Map(
    [...named.keys()]
      .filter((key) => !its.some((field) => field.key === key))
      .map((key) => [key, noSuchField]),
  )
  const values: { field: CustomField; value: FieldValue }[] = []
  for (const field of its) {
    // Whoever fills in a form may say of what is empty that it is.
    const raw = named.get(field.key) ?? null
    if (raw === null && field.required) faults.set(field.key, 'is required')
    if (raw === null) continue
    const judged = judgeValue(field, raw)
    if ('fault' in judged) faults.set(field.key, judged.fault)
    else values.push({ field, value: judged.value })
  }
  if (faults.size > 0) throw fieldsInvalid(faults)
  return values
}

/**
 * What is to change of the fields of a ticket that is there; null removes. What it has of a field that is not its category's,
 * because its category has changed, can only be removed.
 * @throws AppError ticket.invalid with what is wrong by `fields.<key>`
 */
export function judgeFieldChanges(
  fields: readonly CustomField[],
  given: GivenFields,
  category: TicketCategory,
): FieldChange[] {
  const faults = new Map<string, string>()
  const changes: FieldChange[] = []
  for (const [key, raw] of Object.entries(given)) {
    const field = fields.find((candidate) => candidate.active && candidate.key === key)
    const isIts = field !== undefined && belongsTo(field, category)
    if (field === undefined || (!isIts && raw !== null)) faults.set(key, noSuchField)
    else if (raw === null && field.required && isIts) faults.set(key, 'is required')
    else if (raw === null) changes.push({ field, value: null })
    else {
      const judged = judgeValue(field, raw)
      if ('fault' in judged) faults.set(key, judged.fault)
      else changes.push({ field, value: judged.value })
    }
  }
  if (faults.size > 0) throw fieldsInvalid(faults)
  return changes
}
