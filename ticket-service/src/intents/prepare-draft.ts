import type { FindMapping } from '../mirror/invgate-mapping.ts'
import type { MappingFailure } from '../mirror/mappings.repository.ts'
import type { FindPerson } from '../mirror/people.ts'
import type { TicketDefaults } from '../tickets/create-ticket.ts'
import type { IntentsRepository } from './intents.repository.ts'
import type { Draft, LocalDraft, TicketIntent } from './ticket-intent.ts'

/** The draft as it is to be sent now. @throws InvGateError where InvGate has to be asked for a person and cannot be */
export type PrepareDraft = (intent: TicketIntent) => Promise<Draft>

type Needs = {
  intents: Pick<IntentsRepository, 'redraft'>
  findMapping: FindMapping
  findPerson: FindPerson
  defaults: TicketDefaults & { creatorId: number }
  noteFailure: (tenantId: number, failure: MappingFailure) => Promise<void>
}

/**
 * Puts InvGate's ids into the draft of a ticket that is here already. Category and priority are mapped anew for every try, so
 * that whoever mends the mapping only has to send it again. The people are found once: it is recognised by its creator.
 */
export function createPrepareDraft(needs: Needs): PrepareDraft {
  const { intents, findMapping, findPerson, defaults, noteFailure } = needs

  const findPeople = async ({ ticket, local }: Draft & { local: LocalDraft }) => {
    if (local.hasPeople) return { creatorId: ticket.creatorId, customerId: ticket.customerId }
    const { tenantId, userId, creatorEmail, id } = ticket
    const found = await findPerson({ tenantId, userId, login: creatorEmail })
    if (found === null)
      await noteFailure(tenantId, { kind: 'person', value: creatorEmail.slice(0, 190), ticketId: id })
    const person = found ?? defaults.creatorId
    return { creatorId: person, customerId: person }
  }

  return async ({ id, draft }) => {
    const { ticket, local } = draft
    if (local === undefined) return draft
    const mapping = await findMapping(ticket.tenantId)
    const categoryId = mapping.categoryIdOf(local.category)
    const priorityId = mapping.priorityIdOf(local.priority)
    const note = (kind: 'category' | 'priority', value: string) =>
      noteFailure(ticket.tenantId, { kind, value, ticketId: id })
    if (categoryId === null) await note('category', local.category)
    if (priorityId === null) await note('priority', local.priority)
    const prepared = {
      ...draft,
      local: { ...local, hasPeople: true },
      ticket: {
        ...ticket,
        ...(await findPeople({ ...draft, local })),
        sourceId: defaults.sourceId,
        typeId: defaults.typeId,
        categoryId: categoryId ?? defaults.categoryId,
        priorityId: priorityId ?? defaults.priorityId,
      },
    }
    await intents.redraft(id, prepared)
    return prepared
  }
}
