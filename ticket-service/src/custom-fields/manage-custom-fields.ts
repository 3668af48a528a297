import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { Deed } from '../audit/audit.repository.ts'
import type { By } from '../tickets/record-change.ts'
import { type CustomField, type FieldDefinition, isSelect } from './custom-field.ts'
import {
  customFieldNotFound,
  fieldHasValues,
  optionsMissing,
  optionsNotForType,
  tooManyFields,
  typeHasValues,
} from './custom-fields.errors.ts'
import type { CustomFieldsRepository } from './custom-fields.repository.ts'
import type { FieldValuesRepository } from './field-values.repository.ts'

/** Without a position it comes last. */
export type NewDefinition = Omit<FieldDefinition, 'position'> & { position: number | null }

/** @throws AppError custom_field.taken, custom_field.invalid, custom_field.conflict for one too many */
export type CreateCustomField = (tenantId: number, definition: NewDefinition, by: By) => Promise<CustomField>

/** @throws AppError custom_field.not_found, as CreateCustomField, custom_field.conflict for a type that has values */
export type ChangeCustomField = (
  target: { tenantId: number; id: string },
  changes: Partial<FieldDefinition>,
  by: By,
) => Promise<CustomField>

/** @param force whether its values go with it. @throws AppError custom_field.not_found, custom_field.conflict */
export type DeleteCustomField = (
  target: { tenantId: number; id: string },
  options: { force: boolean },
  by: By,
) => Promise<void>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  customFields: CustomFieldsRepository
  fieldValues: Pick<FieldValuesRepository, 'hasAny' | 'removeSome' | 'removeAll'>
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
  /** What the service remembers of the tenant's fields. */
  forgetFields: (tenantId: number) => void
}

/** Every ticket that is shown goes through all of them. */
const mostFields = 100
/** A transaction holds what it has removed, so it is kept short. */
const removedAtOnce = 1000

export function createCreateCustomField(needs: Needs): CreateCustomField {
  const { transaction, customFields, appendAudit, forgetFields } = needs

  return async (tenantId, { position, ...rest }, by) => {
    const times = { createdAt: by.at, updatedAt: by.at }
    const field = await transaction(async (tx) => {
      const present = await customFields.lockAll(tx, tenantId)
      if (present.length >= mostFields) throw tooManyFields(mostFields)
      const last = Math.max(0, ...present.map((one) => one.position + 1))
      const field = { id: uuidv7(), ...checked({ ...rest, position: position ?? last }), ...times }
      await customFields.insert(tx, tenantId, field)
      const details = detailsOf(field)
      await appendAudit(tx, {
        ...{ tenantId, ...by, action: 'custom_field.created', subject: subjectOf(field), details },
      })
      return field
    })
    forgetFields(tenantId)
    return field
  }
}

export function createChangeCustomField(needs: Needs): ChangeCustomField {
  const { transaction, customFields, fieldValues, appendAudit, forgetFields } = needs

  return async ({ tenantId, id }, changes, by) => {
    const changed = await transaction(async (tx) => {
      const before = await customFields.lock(tx, tenantId, id)
      if (before === null) throw customFieldNotFound()
      const after = { ...before, ...checked(withOptions(before, changes)) }
      const details = differences(before, after)
      if (Object.keys(details).length === 0) return before
      if (after.type !== before.type && (await fieldValues.hasAny(tx, id))) throw typeHasValues()
      await customFields.update(tx, id, after, by.at)
      await appendAudit(tx, {
        ...{ tenantId, ...by, action: 'custom_field.changed', subject: subjectOf(before), details },
      })
      return { ...after, updatedAt: by.at }
    })
    forgetFields(tenantId)
    return changed
  }
}

/**
 * With force the field is first switched off and its values removed some at a time; whoever repeats a deletion that broke off
 * completes it.
 */
export function createDeleteCustomField(needs: Needs): DeleteCustomField {
  const { transaction, customFields, fieldValues, appendAudit, forgetFields } = needs
  const change = createChangeCustomField(needs)

  return async ({ tenantId, id }, { force }, by) => {
    if (force) {
      await change({ tenantId, id }, { active: false }, by)
      while ((await fieldValues.removeSome(id, removedAtOnce)) === removedAtOnce);
    }
    await transaction(async (tx) => {
      const field = await customFields.lock(tx, tenantId, id)
      if (field === null) throw customFieldNotFound()
      if (!force && (await fieldValues.hasAny(tx, id))) throw fieldHasValues()
      await fieldValues.removeAll(tx, id)
      await customFields.remove(tx, id)
      const details = { ...detailsOf(field), force }
      await appendAudit(tx, {
        ...{ tenantId, ...by, action: 'custom_field.deleted', subject: subjectOf(field), details },
      })
    })
    forgetFields(tenantId)
  }
}

function checked(definition: FieldDefinition): FieldDefinition {
  const { type, options } = definition
  if (isSelect(type) && options.length === 0) throw optionsMissing()
  if (!isSelect(type) && options.length > 0) throw optionsNotForType(type)
  return definition
}

/** What is no select any more has no options, unless somebody says so. */
function withOptions(before: CustomField, changes: Partial<FieldDefinition>): FieldDefinition {
  const after = { ...before, ...changes }
  return isSelect(after.type) ? after : { ...after, options: changes.options ?? [] }
}

const subjectOf = ({ id }: CustomField) => `custom_field:${id}`

const names = ['key', 'label', 'type', 'category', 'required', 'options', 'position', 'active'] as const

function detailsOf(definition: FieldDefinition): Record<string, unknown> {
  const { visibleTo, ...rest } = definition
  return { ...Object.fromEntries(names.map((name) => [name, rest[name]])), visible_to: visibleTo }
}

function differences(before: FieldDefinition, after: FieldDefinition): Record<string, unknown> {
  const [old, now] = [detailsOf(before), detailsOf(after)]
  const changed = Object.keys(old).filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
  return Object.fromEntries(changed.map((name) => [name, [old[name], now[name]]]))
}
