import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import type { InvGateClient } from '@werk/shared/invgate/client'
import { v7 as uuidv7 } from 'uuid'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { ReceivedFile } from '../attachments/receive-files.ts'
import type { FindCaller } from './find-caller.ts'
import type { StoreTicket } from './store-ticket.ts'
import type { Attachment, Ticket } from './ticket.ts'
import { ticketStatusOf } from './ticket-status.ts'
import { invgateFailed } from './tickets.errors.ts'

/** Ids are InvGate's; one that is absent or 0 falls back to the configured default, or to the caller. */
export type TicketRequest = {
  title: string
  description: string
  sourceId?: number | undefined
  creatorId?: number | undefined
  customerId?: number | undefined
  categoryId?: number | undefined
  typeId?: number | undefined
  priorityId?: number | undefined
}

export type TicketDefaults = Record<'sourceId' | 'categoryId' | 'typeId' | 'priorityId', number>

export type CreatedTicket = { ticket: Ticket; payload: Record<string, unknown> }

export type CreateTicket = (
  caller: Principal,
  tenantId: number,
  request: TicketRequest,
  files: readonly ReceivedFile[],
) => Promise<CreatedTicket>

type Needs = {
  invgate: Pick<InvGateClient, 'createIncident'>
  attachments: AttachmentStore
  storeTicket: StoreTicket
  findCaller: FindCaller
  defaults: TicketDefaults
  clock: { now(): Date }
}

/**
 * Creates a ticket in InvGate and keeps it here with its attachments. Whatever becomes of the local write, a ticket
 * that InvGate has is answered as created and its row is not lost. The staged files are kept or discarded.
 * @throws AppError invgate.upstream_failed, invgate.upstream_timeout
 */
export function createCreateTicket(needs: Needs): CreateTicket {
  const { invgate, attachments, storeTicket, findCaller, defaults, clock } = needs
  return async (caller, tenantId, request, files) => {
    const create = async () => {
      const incident = {
        title: request.title,
        description: request.description,
        sourceId: request.sourceId || defaults.sourceId,
        categoryId: request.categoryId || defaults.categoryId,
        typeId: request.typeId || defaults.typeId,
        priorityId: request.priorityId || defaults.priorityId,
        ...(await findPeople(request, () => findCaller(caller))),
      }
      return { incident, created: await invgate.createIncident(incident, files.map(toIncidentFile)) }
    }
    const { incident, created } = await create().catch(async (error) => {
      await Promise.all(files.map((file) => attachments.discard(file)))
      throw invgateFailed(error)
    })

    const now = clock.now()
    const ticket: Ticket = {
      ...incident,
      id: uuidv7(),
      tenantId,
      invGateId: created.id,
      creatorEmail: loginNameOf(caller),
      creatorKey: foldLoginName(loginNameOf(caller)),
      userId: caller.uid,
      status: ticketStatusOf(Number(created.payload.status_id)) ?? 'open',
      createdAt: now,
      updatedAt: now,
      syncedAt: now,
    }
    await storeTicket(
      ticket,
      files.map((file) => toAttachment(file, ticket)),
      files,
    )
    return { ticket, payload: created.payload }
  }
}

async function findPeople({ creatorId, customerId }: TicketRequest, findCaller: () => Promise<number>) {
  if (creatorId && customerId) return { creatorId, customerId }
  const callerId = await findCaller()
  return { creatorId: creatorId || callerId, customerId: customerId || callerId }
}

function toIncidentFile({ path, filename, size, sniffedType, declaredType }: ReceivedFile) {
  return { path, filename, size, contentType: sniffedType ?? declaredType ?? 'application/octet-stream' }
}

function toAttachment(
  { filename, declaredType, sniffedType, size, sha256 }: ReceivedFile,
  ticket: Ticket,
): Attachment {
  return {
    id: uuidv7(),
    ticketId: ticket.id,
    filename,
    declaredType,
    sniffedType,
    size,
    sha256,
    createdAt: ticket.createdAt,
  }
}
