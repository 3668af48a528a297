import { foldLoginName } from '@werk/shared/auth/login-name'
import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import { matchKeyOf } from '../intents/ticket-intent.ts'
import type { TicketDefaults } from '../tickets/create-ticket.ts'
import type { DescribeTicket } from '../tickets/describe-ticket.ts'
import { importedTicketId } from '../tickets/imported-ticket-id.ts'
import { mirroredFields } from '../tickets/mirrored-fields.ts'
import type { NewTicket, Ticket } from '../tickets/ticket.ts'
import type { StatusMap } from '../tickets/ticket-status.ts'
import { TicketTakenError, UnstorableTicketError } from '../tickets/tickets.errors.ts'
import type { Creator, MirrorRepository } from './mirror.repository.ts'
import type { Step } from './round-step.ts'

/** Makes tickets of incidents that no ticket has. @returns how many */
export type ImportIncidents = (incidents: readonly Incident[], step: Step) => Promise<number>

type Needs = {
  intents: Pick<IntentsRepository, 'listTwins' | 'listLinked'>
  tickets: {
    /** With whoever has to be told of it. */
    insert(ticket: NewTicket): Promise<void>
    removeImported(invGateId: number): Promise<void>
  }
  describeTicket: DescribeTicket
  mirror: Pick<MirrorRepository, 'listCreators'>
  invgate: Pick<InvGateClient, 'findUserByEmail'>
  /** Runs alone among all replicas, and while nobody links a ticket in doubt. */
  exclusively: <T>(work: () => Promise<T>) => Promise<T>
  defaults: TicketDefaults & { creatorId: number }
  statusOf: StatusMap
  clock: { now(): Date }
  logger: Record<'info' | 'warn', (fields: object, message: string) => void>
}

/** What is raised in InvGate names no tenant. */
const tenantId = 1
const mostCreators = 3

/** Imports what was raised in InvGate. Its attachments stay there. */
export function createImportIncidents(needs: Needs): ImportIncidents {
  const { intents, tickets, describeTicket, mirror, invgate, exclusively, logger } = needs

  /**
   * Anybody may name any customer in a ticket of theirs, so what somebody's tickets say is believed only where InvGate
   * says the same. Nobody is known otherwise, and agents alone see the ticket.
   */
  const findCreator = async ({ customerId }: Incident, step: Step): Promise<Creator> => {
    const creators = customerId === null ? [] : await mirror.listCreators(tenantId, customerId, mostCreators)
    for (const creator of creators) {
      if (!creator.creatorEmail.includes('@')) continue
      const user = await step(() => invgate.findUserByEmail(creator.creatorEmail))
      if (user?.id === customerId) return creator
    }
    return { creatorEmail: '', creatorKey: foldLoginName('') }
  }

  /** The intents first: one that is gone by then has left its ticket, which is looked for after it. */
  const isOurs = async (incident: Incident): Promise<boolean> =>
    (await intents.listTwins(matchKeyOf(incident))).length > 0 ||
    (await intents.listLinked([incident.id])).length > 0

  const store = (ticket: NewTicket, incident: Incident): Promise<boolean> =>
    exclusively(async () => {
      if (await isOurs(incident)) return false
      await tickets.insert(ticket)
      // What came off another replica's disk in the meantime has no intent that could have been seen.
      if ((await intents.listLinked([incident.id])).length === 0) return true
      await tickets.removeImported(incident.id)
      return false
    })

  const importOne = async (incident: Incident, step: Step): Promise<boolean> => {
    if (await isOurs(incident)) return false
    const bare = toTicket(incident, await findCreator(incident, step), needs)
    const found = { origin: 'invgate', invGateStatusId: incident.statusId } as const
    const ticket = { ...bare, ...(await describeTicket(bare, found)) }
    const fields = { ticket_id: ticket.id, inv_gate_id: incident.id }
    try {
      if (!(await store(ticket, incident))) return false
      logger.info(fields, 'a ticket that was raised in InvGate was imported')
      return true
    } catch (err) {
      if (err instanceof TicketTakenError) return false
      if (!(err instanceof UnstorableTicketError)) throw err
      logger.warn({ ...fields, err }, 'the database refuses an incident of InvGate')
      return false
    }
  }

  return async (incidents, step) => {
    let imported = 0
    for (const incident of incidents) if (await importOne(incident, step)) imported += 1
    return imported
  }
}

function toTicket(incident: Incident, creator: Creator, { defaults, statusOf, clock }: Needs): Ticket {
  const now = clock.now()
  const createdAt = incident.createdAt ?? now
  const customerId = incident.customerId ?? incident.creatorId ?? defaults.creatorId
  const bare: Ticket = {
    id: importedTicketId(incident.id, createdAt),
    tenantId,
    invGateId: incident.id,
    sourceId: incident.sourceId ?? defaults.sourceId,
    creatorId: incident.creatorId ?? customerId,
    customerId,
    categoryId: defaults.categoryId,
    typeId: defaults.typeId,
    priorityId: defaults.priorityId,
    title: incident.prettyId ?? `#${incident.id}`,
    description: '',
    ...creator,
    userId: null,
    status: 'open',
    createdAt,
    updatedAt: createdAt,
    agentId: null,
    assignedId: null,
    assignedGroupId: null,
    closedAt: null,
    syncedAt: now,
  }
  return { ...bare, ...mirroredFields(bare, incident, statusOf) }
}
