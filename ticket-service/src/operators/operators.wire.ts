import { type IntentState, intentStates } from '../intents/ticket-intent.ts'
import type { OperatedIntent } from './operated-intent.ts'
import type { Intent, IntentDetail } from './operators.schemas.ts'
import type { IntentDetail as Detail } from './read-intents.ts'

/** The one place that maps intents to the operators' wire. */

export function toStates(text: string): IntentState[] {
  const named = new Set(text.split(','))
  return intentStates.filter((state) => named.has(state))
}

export function toWireIntent(intent: OperatedIntent): Intent {
  const { ticket, files } = intent.draft
  return {
    id: intent.id,
    state: intent.state,
    title: ticket.title,
    creator_email: ticket.creatorEmail,
    creator_id: ticket.creatorId,
    customer_id: ticket.customerId,
    sends: intent.sends,
    sent_at: intent.sentAt?.toISOString() ?? null,
    attempts: intent.attempts,
    last_error: intent.lastError,
    created_at: intent.createdAt.toISOString(),
    files: files.map(({ filename, size }) => ({ filename, size })),
    parked: intent.parked,
  }
}

export function toWireIntentDetail({ intent, actions }: Detail): IntentDetail {
  return {
    ...toWireIntent(intent),
    description: intent.draft.ticket.description,
    inv_gate_id: intent.created?.id ?? null,
    actions: actions.map(({ actor, action, detail, createdAt }) => ({
      actor,
      action,
      detail,
      created_at: createdAt.toISOString(),
    })),
  }
}
