import { isDeepStrictEqual } from 'node:util'
import type { PoolConnection } from '@werk/shared/database/pool'
import type { Target } from '../tickets/change-ticket.ts'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { By } from '../tickets/record-change.ts'
import { worksOn } from '../tickets/ticket-policy.ts'
import type { Part, TicketUpdate, UpdateTicket } from '../tickets/update-ticket.ts'
import type { FieldValue } from './custom-field.ts'
import { onlyStaffChangesFields } from './custom-fields.errors.ts'
import type { FieldValuesRepository } from './field-values.repository.ts'
import type { FindCustomFields } from './find-custom-fields.ts'
import { type FieldChange, type GivenFields, judgeFieldChanges } from './judge-fields.ts'
import { toCell } from './judge-value.ts'

/**
 * Changes a ticket and its fields, all of it or nothing. Fields that are not named stay, null removes one.
 * @throws AppError ticket.invalid by `fields.<key>`, ticket.forbidden for whoever does not answer the ticket, and as UpdateTicket
 */
export type UpdateWithFields = (
  target: Target,
  by: By,
  update: TicketUpdate & { fields?: GivenFields | undefined },
) => Promise<DeskTicket>

type Needs = {
  updateTicket: UpdateTicket
  findCustomFields: FindCustomFields
  fieldValues: Pick<FieldValuesRepository, 'list' | 'put' | 'remove'>
}

export function createUpdateWithFields(needs: Needs): UpdateWithFields {
  const { updateTicket, findCustomFields, fieldValues } = needs

  const write = async (tx: PoolConnection, { id }: DeskTicket, changes: readonly FieldChange[]) => {
    const put = changes.flatMap(({ field, value }) =>
      value === null ? [] : [{ ticketId: id, field, value }],
    )
    const removed = changes.filter(({ value }) => value === null).map(({ field }) => field.id)
    await fieldValues.put(tx, put)
    await fieldValues.remove(tx, id, removed)
  }

  return async (target, by, { fields: given, ...update }) => {
    if (given === undefined) return updateTicket(target, by, update)
    // Before the transaction, which holds a connection already: what is not remembered is asked for by another one.
    const fields = await findCustomFields(target.scope.tenantId)
    return updateTicket(target, by, update, async (ticket, tx) => {
      if (!worksOn(target.scope, ticket)) throw onlyStaffChangesFields()
      const wanted = judgeFieldChanges(fields, given, ticket.category)
      const present = await fieldValues.list(ticket.id, tx)
      const changes = wanted.filter(
        ({ field, value }) => !isDeepStrictEqual(present.get(field.id) ?? null, value),
      )
      await write(tx, ticket, changes)
      return changes.map((change) => partOf(change, present.get(change.field.id) ?? null))
    })
  }
}

/** InvGate has no such fields. */
function partOf({ field, value }: FieldChange, before: FieldValue | null): Part {
  return {
    fields: {},
    note: {
      action: 'field_changed',
      message: `${field.label}: ${inShort(before)} → ${inShort(value)}`,
      internal: field.visibleTo === 'staff',
      details: { field: field.key, value: [before, value] },
    },
    happening: null,
    isMirrored: false,
  }
}

function inShort(value: FieldValue | null): string {
  const text = value === null ? '–' : toCell(value)
  const characters = [...text]
  return characters.length > 100 ? `${characters.slice(0, 99).join('')}…` : text
}
