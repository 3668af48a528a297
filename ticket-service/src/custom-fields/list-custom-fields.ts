import type { TicketCategory } from '../tickets/ticket-kinds.ts'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import { answersNewTickets } from './answers-new-tickets.ts'
import { belongsTo, type CustomField, isVisible } from './custom-field.ts'
import type { CustomFieldsRepository } from './custom-fields.repository.ts'
import type { FindCustomFields } from './find-custom-fields.ts'

/** All of a tenant's, as its admins see them, in the order in which they are shown. */
export type ListCustomFields = (tenantId: number) => Promise<CustomField[]>

/** What a ticket that the caller raises can have; of one category, or of any. */
export type ListOfferedFields = (
  scope: TicketScope,
  category: TicketCategory | null,
) => Promise<CustomField[]>

export function createListCustomFields({
  customFields,
}: {
  customFields: Pick<CustomFieldsRepository, 'list'>
}): ListCustomFields {
  return (tenantId) => customFields.list(tenantId)
}

export function createListOfferedFields({
  findCustomFields,
}: {
  findCustomFields: FindCustomFields
}): ListOfferedFields {
  return async (scope, category) => {
    const isStaff = answersNewTickets(scope)
    return (await findCustomFields(scope.tenantId)).filter(
      (field) => isVisible(field, isStaff) && (category === null || belongsTo(field, category)),
    )
  }
}
