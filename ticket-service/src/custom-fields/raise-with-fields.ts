import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { RaiseCommand, RaiseTicket } from '../tickets/raise-ticket.ts'
import { ticketScopeOf } from '../tickets/ticket-policy.ts'
import { answersNewTickets } from './answers-new-tickets.ts'
import type { FieldValuesRepository } from './field-values.repository.ts'
import type { FindCustomFields } from './find-custom-fields.ts'
import { type GivenFields, judgeNewFields } from './judge-fields.ts'

/** Raises a ticket with what the tenant asks of it besides. @throws AppError ticket.invalid by `fields.<key>`, and as RaiseTicket */
export type RaiseWithFields = (command: RaiseCommand & { fields: GivenFields }) => Promise<DeskTicket>

type Needs = {
  raiseTicket: RaiseTicket
  findCustomFields: FindCustomFields
  fieldValues: Pick<FieldValuesRepository, 'put'>
}

export function createRaiseWithFields({
  raiseTicket,
  findCustomFields,
  fieldValues,
}: Needs): RaiseWithFields {
  return async ({ fields: given, ...command }) => {
    const { caller, tenantId, wanted, also } = command
    const { category } = wanted
    const isStaff = answersNewTickets(ticketScopeOf(caller, tenantId))
    const values = judgeNewFields(await findCustomFields(tenantId), given, { category, isStaff })
    if (values.length === 0) return raiseTicket(command)
    return raiseTicket({
      ...command,
      also: async (tx, ticket) => {
        await fieldValues.put(
          tx,
          values.map((value) => ({ ticketId: ticket.id, ...value })),
        )
        await also?.(tx, ticket)
      },
    })
  }
}
