import { shownReason } from '@werk/shared/errors/shown-reason'
import type { InvGateClient } from '@werk/shared/invgate/client'
import { InvGateError } from '@werk/shared/invgate/invgate-error'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import { toIncidentFile } from './draft.ts'
import type { IncidentListings } from './incident-listings.ts'
import type { IntentJournal } from './intent-journal.ts'
import type { IntentSpool } from './intent-spool.ts'
import type { IntentsRepository } from './intents.repository.ts'
import type { PrepareDraft } from './prepare-draft.ts'
import type { ResolveDoubt } from './resolve-doubt.ts'
import type { TicketIntent } from './ticket-intent.ts'

type Logger = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

type Needs = {
  intents: IntentsRepository
  tickets: Pick<TicketsRepository, 'isMirrored'>
  journal: IntentJournal
  invgate: Pick<InvGateClient, 'createIncident'>
  attachmentStore: Pick<AttachmentStore, 'locate'>
  spool: Pick<IntentSpool, 'has'>
  prepareDraft: PrepareDraft
  /** What InvGate lists, read anew for every round. */
  startListings: () => IncidentListings
  resolveDoubt: ResolveDoubt
  leaseMs: number
  logger: Logger
}

/** They share what InvGate lists. Fewer than there are places for creates, as all of them may have to be sent. */
const batch = 20
/** Sent, and sent once again when it was certain that the first had no effect. */
const mostSends = 2

/**
 * Takes up what requests left behind: intents in doubt, those whose process died, and those that an operator wants
 * sent. Replicas share the work; each intent is one worker's until its lease is over.
 */
export function createIntentWorker(needs: Needs): () => Promise<void> {
  const {
    intents,
    tickets,
    journal,
    invgate,
    attachmentStore,
    spool,
    prepareDraft,
    startListings,
    resolveDoubt,
    leaseMs,
    logger,
  } = needs

  const send = async (intent: TicketIntent): Promise<void> => {
    const draft = await prepareDraft(intent)
    // Kept already where the incident of a first try turned out to be another's.
    const located = draft.files.map(async (file) => ({ ...file, path: await attachmentStore.locate(file) }))
    const files = (await Promise.all(located)).map(toIncidentFile)
    if (!(await intents.markSending(intent, leaseMs))) return
    const created = await invgate.createIncident(draft.ticket, files).catch(async (error: unknown) => {
      await giveUp(intent, error)
      return null
    })
    if (created !== null) await journal.complete({ ...intent, draft }, created)
  }

  const giveUp = async (intent: TicketIntent, error: unknown): Promise<void> => {
    if (!(error instanceof InvGateError) || error.effect === 'possible') return journal.doubt(intent, error)
    if (error.effect === 'denied') return journal.refuse(intent, error)
    if (isPassing(error)) return intents.takeBack(intent.id, delayAfter(intent, error), error.message)
    await intents.park(intent.id, 'failed', error.message)
  }

  /** InvGate refused it, and does not have it. Where that was its second time, nobody was told of the refusal, nor of a ticket's that is here. */
  const endRefused = async (intent: TicketIntent): Promise<void> => {
    if (intent.sends < mostSends && !intent.draft.local) return journal.withdraw(intent)
    await intents.park(intent.id, 'failed', intent.lastError ?? 'InvGate refused it')
  }

  const settle = async (intent: TicketIntent, listings: IncidentListings): Promise<void> => {
    const verdict = await resolveDoubt(intent, listings)
    const fields = { ticket_id: intent.id, verdict: verdict.kind }
    logger.info(fields, 'a ticket in doubt was looked up in InvGate')
    switch (verdict.kind) {
      case 'linked':
        await journal.complete(intent, verdict.created)
        return
      case 'wait':
        return intents.postpone(intent.id, afterLook(intent), verdict.delayMs, intent.lastError)
      case 'ambiguous':
        return intents.park(intent.id, 'in_doubt', `fits several incidents: ${verdict.found.join(', ')}`)
      case 'absent':
        if (intent.state === 'refused') return endRefused(intent)
        if (intent.sends < mostSends) return send(intent)
        return intents.park(intent.id, 'failed', 'was sent twice and is not in InvGate')
    }
  }

  const handle = async (intent: TicketIntent, listings: IncidentListings): Promise<void> => {
    const letGo = journal.hold(intent.id)
    try {
      if (spool.has(intent.id)) throw new Error('what became of it waits on disk')
      if (await tickets.isMirrored(intent.id)) await intents.removeStored(intent.id)
      else if (intent.created !== null) await journal.complete(intent, intent.created)
      else if (intent.state === 'received') await send(intent)
      else await settle(intent, listings)
    } catch (error) {
      const delayMs = delayAfter(intent, error)
      logger.warn({ ticket_id: intent.id, err: error, retry_in_ms: delayMs }, 'an intent is left for later')
      const state = intent.state === 'sending' ? 'in_doubt' : intent.state
      const reason = state === 'refused' ? intent.lastError : shownReason(error)
      await intents.postpone(intent.id, state, delayMs, reason).catch(() => {})
    } finally {
      letGo()
    }
  }

  return async function workOff(): Promise<void> {
    const due = await intents.claimDue(batch, leaseMs)
    const listings = startListings()
    await Promise.all(due.map((intent) => handle(intent, listings)))
    if (due.length === batch) await workOff()
  }
}

/** The lease of one that was being sent is over, so it is in doubt. */
function afterLook({ state }: TicketIntent) {
  return state === 'refused' ? state : 'in_doubt'
}

const passing: readonly InvGateError['kind'][] = [
  'timeout',
  'unreachable',
  'unavailable',
  'rate_limited',
  'unauthorized',
]

function isPassing({ kind }: InvGateError): boolean {
  return passing.includes(kind)
}

/** 1 s, 2 s, 4 s … up to a minute, the upper half of it at random; not before InvGate wants to be asked again. */
function delayAfter({ attempts }: TicketIntent, error: unknown): number {
  const full = Math.min(1000 * 2 ** attempts, 60_000)
  const asked = error instanceof InvGateError ? (error.retryAfterMs ?? 0) : 0
  return Math.max(Math.round(full / 2 + Math.random() * (full / 2)), Math.min(asked, 3_600_000))
}
