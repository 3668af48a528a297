import type { IntentState } from '../intents/ticket-intent.ts'
import type { OperatedIntent } from './operated-intent.ts'
import { intentNotFound } from './operators.errors.ts'
import type { OperatorsRepository, RecordedAction } from './operators.repository.ts'

export type IntentsPage = { intents: OperatedIntent[]; nextCursor: string | null }
export type ListIntents = (
  tenantId: number,
  page: { states: readonly IntentState[]; cursor: string | null; limit: number },
) => Promise<IntentsPage>

export type IntentDetail = { intent: OperatedIntent; actions: RecordedAction[] }
export type GetIntent = (tenantId: number, id: string) => Promise<IntentDetail>

type Needs = { operators: OperatorsRepository }

/** A tenant's intents in some states, oldest first, a page at a time. */
export function createListIntents({ operators }: Needs): ListIntents {
  return async (tenantId, { states, cursor, limit }) => {
    const found = await operators.list(tenantId, states, cursor, limit + 1)
    const intents = found.slice(0, limit)
    return { intents, nextCursor: found.length > limit ? (intents.at(-1)?.id ?? null) : null }
  }
}

/** One intent, in whatever state, and what operators did to it. @throws AppError intent.not_found */
export function createGetIntent({ operators }: Needs): GetIntent {
  return async (tenantId, id) => {
    const intent = await operators.find(tenantId, id)
    if (intent === null) throw intentNotFound()
    return { intent, actions: await operators.listActions(id) }
  }
}
