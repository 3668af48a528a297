import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import type { InvGateClient } from '@werk/shared/invgate/client'
import { v7 as uuidv7 } from 'uuid'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { ReceivedFile } from '../attachments/receive-files.ts'
import { effectOf, toIncidentFile } from '../intents/draft.ts'
import type { IntentJournal } from '../intents/intent-journal.ts'
import type { KeyedRequest, StoredAnswer } from '../intents/keys.ts'
import type { Draft, NewIntent } from '../intents/ticket-intent.ts'
import type { FindCaller } from './find-caller.ts'
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

export type CreateTicketCommand = {
  caller: Principal
  tenantId: number
  request: TicketRequest
  files: readonly ReceivedFile[]
  /** Null for a request without an Idempotency-Key. */
  key: KeyedRequest | null
}

/** `replayed`: the answer is that of an earlier request with the same Idempotency-Key. */
export type CreateTicket = (command: CreateTicketCommand) => Promise<StoredAnswer & { replayed: boolean }>

type Needs = {
  invgate: Pick<InvGateClient, 'createIncident'>
  journal: IntentJournal
  attachmentStore: AttachmentStore
  findCaller: FindCaller
  defaults: TicketDefaults
  clock: { now(): Date }
}

/**
 * Creates a ticket in InvGate and keeps it here with its attachments: the intent is written down, InvGate is asked,
 * the outcome is written down. Whatever becomes of the local write, a ticket that InvGate has is answered as created.
 * Where InvGate may have it and did not say so, or says that it has not, the answer is a failure and the worker finds out.
 * @throws AppError invgate.upstream_failed, invgate.upstream_timeout, ticket.unavailable, idempotency.*
 */
export function createCreateTicket(needs: Needs): CreateTicket {
  const { invgate, journal, attachmentStore, clock } = needs

  const discard = (files: readonly ReceivedFile[]) =>
    Promise.all(files.map((file) => attachmentStore.discard(file)))

  const send = async (intent: NewIntent): Promise<StoredAnswer> => {
    const { draft } = intent
    const created = await invgate
      .createIncident(draft.ticket, draft.files.map(toIncidentFile))
      .catch(async (error: unknown) => {
        const effect = effectOf(error)
        if (effect === 'none') await journal.withdraw(intent)
        else if (effect === 'denied') await journal.refuse(intent, error)
        else await journal.doubt(intent, error)
        throw invgateFailed(error)
      })
    const { answer } = await journal.complete(intent, created)
    return answer
  }

  return async (command) => {
    const { files, key } = command
    const draft = await makeDraft(needs, command).catch(async (error: unknown) => {
      await discard(files)
      throw invgateFailed(error)
    })
    const { id } = draft.ticket
    const intent: NewIntent = {
      id,
      draft,
      state: 'sending',
      sentAt: clock.now(),
      idempotencyId: key?.id ?? null,
    }
    const letGo = journal.hold(id)
    try {
      const stored = await journal.begin(intent, key).catch(async (error: unknown) => {
        await discard(files)
        throw error
      })
      if (stored === null) return { ...(await send(intent)), replayed: false }
      await discard(files)
      return { ...stored, replayed: true }
    } finally {
      letGo()
    }
  }
}

async function makeDraft(
  needs: Needs,
  { caller, tenantId, request, files }: CreateTicketCommand,
): Promise<Draft> {
  const { defaults, findCaller, clock } = needs
  const ticket = {
    id: uuidv7(),
    tenantId,
    title: request.title,
    description: request.description,
    sourceId: request.sourceId || defaults.sourceId,
    categoryId: request.categoryId || defaults.categoryId,
    typeId: request.typeId || defaults.typeId,
    priorityId: request.priorityId || defaults.priorityId,
    ...(await findPeople(request, () => findCaller(caller))),
    creatorEmail: loginNameOf(caller),
    creatorKey: foldLoginName(loginNameOf(caller)),
    userId: caller.uid,
    createdAt: clock.now(),
  }
  return { ticket, files: files.map((file) => ({ ...file, id: uuidv7() })) }
}

async function findPeople({ creatorId, customerId }: TicketRequest, findCaller: () => Promise<number>) {
  if (creatorId && customerId) return { creatorId, customerId }
  const callerId = await findCaller()
  return { creatorId: creatorId || callerId, customerId: customerId || callerId }
}
