import type { CustomField, FieldDefinition } from './custom-field.ts'
import type { ChangeBody, CreateBody, CustomFieldWire, OfferedFieldWire } from './custom-fields.schemas.ts'
import type { NewDefinition } from './manage-custom-fields.ts'

/** The one place that maps custom fields to the wire and back. */

export function toWireField(field: CustomField): CustomFieldWire {
  return {
    id: field.id,
    ...toWireOffered(field),
    position: field.position,
    active: field.active,
    visible_to: field.visibleTo,
    created_at: field.createdAt.toISOString(),
    updated_at: field.updatedAt.toISOString(),
  }
}

/** As whoever raises a ticket has to know it. */
export function toWireOffered(field: CustomField): OfferedFieldWire {
  const { key, label, type, category, required, options } = field
  return { key, label, type, category, required, options: [...options] }
}

export function toNewDefinition(body: CreateBody): NewDefinition {
  const { category = null, options = [], position = null, visible_to: visibleTo = 'everybody' } = body
  const { key, label, type, required = false, active = true } = body
  return { key, label, type, category, required, options, position, active, visibleTo }
}

/** Only what is named. */
export function toChanges(body: ChangeBody): Partial<FieldDefinition> {
  const { key, label, type, category, required, options, position, active, visible_to: visibleTo } = body
  const all = { key, label, type, category, required, options, position, active, visibleTo }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
