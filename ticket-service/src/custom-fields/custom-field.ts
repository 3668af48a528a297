import type { TicketCategory } from '../tickets/ticket-kinds.ts'

export const fieldTypes = ['text', 'number', 'boolean', 'date', 'select', 'multiselect'] as const
export type FieldType = (typeof fieldTypes)[number]

/** `staff`: those who answer the ticket. */
export const fieldViewers = ['everybody', 'staff'] as const
export type FieldViewers = (typeof fieldViewers)[number]

/** What a field is, as admins set it. */
export type FieldDefinition = {
  /** What it is called in requests; unique in the tenant. */
  key: string
  /** What people call it. */
  label: string
  type: FieldType
  /** Which tickets have it; null: all. */
  category: TicketCategory | null
  /** Of tickets that are raised in the Tickets dialect. */
  required: boolean
  /** What may be chosen, of selects; none otherwise. */
  options: readonly string[]
  /** The order in which they are shown. */
  position: number
  /** One that is not keeps its values and is neither shown nor set. */
  active: boolean
  visibleTo: FieldViewers
}

export type CustomField = FieldDefinition & {
  /** UUIDv7. */
  id: string
  createdAt: Date
  updatedAt: Date
}

/** A date is its text, such as 2026-12-24. */
export type FieldValue = string | number | boolean | readonly string[]

export function isSelect(type: FieldType): boolean {
  return type === 'select' || type === 'multiselect'
}

/** Whether tickets of the category have it. */
export function belongsTo({ active, category }: CustomField, wanted: TicketCategory): boolean {
  return active && (category === null || category === wanted)
}

/** @param isStaff whether who looks is one of those who answer the ticket */
export function isVisible({ active, visibleTo }: CustomField, isStaff: boolean): boolean {
  return active && (isStaff || visibleTo === 'everybody')
}
