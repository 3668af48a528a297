import {
  type Draft,
  type IntentState,
  intentStates,
  type LocalIntent,
  matchKeyOf,
  type NewIntent,
  type TicketIntent,
} from './ticket-intent.ts'

/** The one place that maps intents to the database's columns and back. */

export const intentColumns =
  'id, tenant_id, state, draft, inv_gate_id, payload, sends, sent_at, attempts, last_error, idempotency_id, created_at'

export type IntentRow = {
  id: string
  tenant_id: number
  state: string
  draft: string
  inv_gate_id: number | null
  payload: string | null
  sends: number
  sent_at: Date | null
  attempts: number
  last_error: string | null
  idempotency_id: string | null
  created_at: Date
}

export function intentValues({ id, draft, state, sentAt, idempotencyId }: NewIntent) {
  const { ticket } = draft
  return [id, ticket.tenantId, state, matchKeyOf(ticket), JSON.stringify(draft), sentAt, idempotencyId]
}

export function localIntentValues({ id, draft }: LocalIntent) {
  return [id, draft.ticket.tenantId, matchKeyOf(draft.ticket), JSON.stringify(draft)]
}

export function toIntent(row: IntentRow): TicketIntent {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    state: toState(row.state),
    draft: parseDraft(row.draft),
    created:
      row.inv_gate_id === null ? null : { id: row.inv_gate_id, payload: JSON.parse(row.payload ?? '{}') },
    sends: row.sends,
    sentAt: row.sent_at,
    attempts: row.attempts,
    lastError: row.last_error,
    idempotencyId: row.idempotency_id,
    createdAt: row.created_at,
  }
}

/** A draft from its JSON text, its date a Date again. */
function parseDraft(text: string): Draft {
  const draft: Draft = JSON.parse(text)
  return { ...draft, ticket: { ...draft.ticket, createdAt: new Date(draft.ticket.createdAt) } }
}

function toState(text: string): IntentState {
  return intentStates.find((state) => state === text) ?? 'failed'
}
