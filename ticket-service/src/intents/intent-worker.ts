import type { InvGateClient } from '@werk/shared/invgate/client'
import { InvGateError } from '@werk/shared/invgate/invgate-error'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import { toIncidentFile } from './draft.ts'
import type { IntentJournal } from './intent-journal.ts'
import type { IntentsRepository } from './intents.repository.ts'
import type { Verdict } from './resolve-doubt.ts'
import type { TicketIntent } from './ticket-intent.ts'

type Logger = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

type Needs = {
  intents: IntentsRepository
  tickets: Pick<TicketsRepository, 'exists'>
  journal: IntentJournal
  invgate: Pick<InvGateClient, 'createIncident'>
  attachmentStore: Pick<AttachmentStore, 'locate'>
  resolveDoubt: (intent: TicketIntent) => Promise<Verdict>
  leaseMs: number
  logger: Logger
}

const batch = 10
/** Sent, and sent once again when it was certain that the first had no effect. */
const mostSends = 2

/**
 * Takes up what requests left behind: intents in doubt, those whose process died, and those that an operator wants
 * sent. Replicas share the work; each intent is one worker's until its lease is over.
 */
export function createIntentWorker(needs: Needs): () => Promise<void> {
  const { intents, tickets, journal, invgate, attachmentStore, resolveDoubt, leaseMs, logger } = needs

  const send = async (intent: TicketIntent): Promise<void> => {
    if (!(await intents.markSending(intent, leaseMs))) return
    try {
      const { draft } = intent
      // Kept already where the incident of a first try turned out to be another's.
      const located = draft.files.map(async (file) => ({ ...file, path: await attachmentStore.locate(file) }))
      const files = (await Promise.all(located)).map(toIncidentFile)
      await journal.complete(intent, await invgate.createIncident(draft.ticket, files))
    } catch (error) {
      if (!(error instanceof InvGateError)) throw error
      if (error.effect === 'possible') return journal.doubt(intent, error.message)
      if (isPassing(error)) return intents.takeBack(intent.id, delayAfter(intent, error), error.message)
      await intents.park(intent.id, 'failed', error.message)
    }
  }

  const settle = async (intent: TicketIntent): Promise<void> => {
    const verdict = await resolveDoubt(intent)
    const fields = { ticket_id: intent.id, verdict: verdict.kind }
    logger.info(fields, 'a ticket in doubt was looked up in InvGate')
    switch (verdict.kind) {
      case 'linked':
        await journal.complete(intent, verdict.created)
        return
      case 'wait':
        return intents.postpone(intent.id, 'in_doubt', verdict.delayMs, intent.lastError)
      case 'ambiguous':
        return intents.park(intent.id, 'in_doubt', `fits several incidents: ${verdict.found.join(', ')}`)
      case 'absent':
        if (intent.sends < mostSends) return send(intent)
        return intents.park(intent.id, 'failed', 'was sent twice and is not in InvGate')
    }
  }

  const handle = async (intent: TicketIntent): Promise<void> => {
    const letGo = journal.hold(intent.id)
    try {
      if (await tickets.exists(intent.id)) await intents.removeStored(intent.id)
      else if (intent.created !== null) await journal.complete(intent, intent.created)
      else if (intent.state === 'received') await send(intent)
      else await settle(intent)
    } catch (error) {
      const delayMs = delayAfter(intent, error)
      logger.warn({ ticket_id: intent.id, err: error, retry_in_ms: delayMs }, 'an intent is left for later')
      const state = intent.state === 'sending' ? 'in_doubt' : intent.state
      const reason = error instanceof Error ? error.message : String(error)
      await intents.postpone(intent.id, state, delayMs, reason).catch(() => {})
    } finally {
      letGo()
    }
  }

  return async function workOff(): Promise<void> {
    const due = await intents.claimDue(batch, leaseMs)
    await Promise.all(due.map(handle))
    if (due.length === batch) await workOff()
  }
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
