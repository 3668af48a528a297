import type { DeskTicket } from '../tickets/desk-ticket.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import { type FieldValue, isVisible } from './custom-field.ts'
import type { FieldValuesRepository } from './field-values.repository.ts'
import type { FindCustomFields } from './find-custom-fields.ts'

/** Values by the keys of their fields. */
export type TicketFields = Readonly<Record<string, FieldValue>>

/**
 * What a ticket has of the tenant's fields that whoever looks may see, in their order; null where there is none of these
 * fields, and then nothing is read.
 */
export type GetTicketFields = (scope: TicketScope, ticket: DeskTicket) => Promise<TicketFields | null>

type Needs = { findCustomFields: FindCustomFields; fieldValues: Pick<FieldValuesRepository, 'list'> }

export function createGetTicketFields({ findCustomFields, fieldValues }: Needs): GetTicketFields {
  return async (scope, ticket) => {
    const fields = await findCustomFields(ticket.tenantId)
    if (fields.length === 0) return null
    const isStaff = worksOn(scope, ticket)
    const visible = fields.filter((field) => isVisible(field, isStaff))
    if (visible.length === 0) return null
    const values = await fieldValues.list(ticket.id)
    return Object.fromEntries(
      visible.flatMap(({ id, key }) => {
        const value = values.get(id)
        return value === undefined ? [] : [[key, value]]
      }),
    )
  }
}
