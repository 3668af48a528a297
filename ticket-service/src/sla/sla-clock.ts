import {
  addBusinessTime,
  type BusinessCalendar,
  businessTimeBetween,
  subtractBusinessTime,
} from './business-time.ts'

/** Minutes of business time. */
export type SlaPolicy = { responseMinutes: number; resolutionMinutes: number }

/** What a tenant's category has. */
export type SlaTerms = { policy: SlaPolicy | null; calendar: BusinessCalendar }

/** The clock of one ticket. All of it is null, and stays so, for a ticket that was raised without a policy. */
export type SlaState = {
  responseMinutes: number | null
  resolutionMinutes: number | null
  /** As they would be if the clock ran on from now; what they were when it stopped, while it is stopped. */
  responseDueAt: Date | null
  resolutionDueAt: Date | null
  /** When staff first answered in public; kept without a policy too. */
  firstResponseAt: Date | null
  /** Since when the clock is stopped; null while it runs. */
  stoppedAt: Date | null
  /** When the next threshold of the resolution comes; null while nothing comes due. */
  nextEscalationAt: Date | null
  /** How many thresholds have passed and were told. */
  escalationLevel: number
}

const minute = 60_000
/**
 * At ten times the time that was promised. Whoever has not acted by then acts on no further word, and a ticket that was forgotten
 * must not fill the audit, and everybody's notifications, for ever.
 */
export const highestLevel = 12

/** Starts the clock of a new ticket. */
export function startSla({ policy, calendar }: SlaTerms, createdAt: Date): SlaState {
  const state: SlaState = {
    responseMinutes: policy?.responseMinutes ?? null,
    resolutionMinutes: policy?.resolutionMinutes ?? null,
    responseDueAt: null,
    resolutionDueAt: null,
    firstResponseAt: null,
    stoppedAt: null,
    nextEscalationAt: null,
    escalationLevel: 0,
  }
  if (policy === null) return state
  const responseDueAt = addBusinessTime(calendar, createdAt, policy.responseMinutes * minute)
  const resolutionDueAt = addBusinessTime(calendar, createdAt, policy.resolutionMinutes * minute)
  return withNextThreshold({ ...state, responseDueAt, resolutionDueAt }, calendar)
}

/** Stops it: the ticket waits for its requester, is resolved or closed. One that is stopped already stays as it is. */
export function stopSla(state: SlaState, at: Date): SlaState {
  if (state.resolutionDueAt === null || state.stoppedAt !== null) return state
  return { ...state, stoppedAt: at, nextEscalationAt: null }
}

/**
 * Goes on with exactly the business time that was left, which is less than none for a ticket that was overdue. A first
 * answer that was given keeps the time it was due, so that it stays seen whether it came in time. One that runs already
 * stays as it is.
 */
export function resumeSla(state: SlaState, calendar: BusinessCalendar, at: Date): SlaState {
  const { stoppedAt, firstResponseAt, responseDueAt, resolutionDueAt } = state
  if (stoppedAt === null) return state
  const moved = (dueAt: Date | null) => dueAt && moveBusinessTime(calendar, at, leftOf(dueAt, stoppedAt))
  const leftOf = (dueAt: Date, from: Date) => businessTimeBetween(calendar, from, dueAt)
  const resumed = {
    ...state,
    stoppedAt: null,
    responseDueAt: firstResponseAt === null ? moved(responseDueAt) : responseDueAt,
    resolutionDueAt: moved(resolutionDueAt),
  }
  return withNextThreshold(resumed, calendar)
}

/** Staff answered in public. Only the first time counts. */
export function respondSla(state: SlaState, at: Date): SlaState {
  return state.firstResponseAt === null ? { ...state, firstResponseAt: at } : state
}

/** The next threshold has passed: one level more, and the time of the one after it. Nothing while it is stopped. */
export function escalateSla(state: SlaState, calendar: BusinessCalendar): SlaState {
  if (state.nextEscalationAt === null) return state
  return withNextThreshold({ ...state, escalationLevel: state.escalationLevel + 1 }, calendar)
}

/** How much of the time for the resolution is used up when a level comes: 50, 80, 100, then a whole period more each, up to 1,000. */
export function percentOfLevel(level: number): number {
  if (level === 1) return 50
  return level === 2 ? 80 : (level - 2) * 100
}

/** Reckoned from the due time, which no stop takes away from: where the thresholds are does not depend on the past. */
function withNextThreshold(state: SlaState, calendar: BusinessCalendar): SlaState {
  const { resolutionMinutes, resolutionDueAt, escalationLevel } = state
  const isHighest = escalationLevel >= highestLevel
  if (resolutionMinutes === null || resolutionDueAt === null || isHighest)
    return { ...state, nextEscalationAt: null }
  const beyondDue = (percentOfLevel(escalationLevel + 1) - 100) * resolutionMinutes * (minute / 100)
  return { ...state, nextEscalationAt: moveBusinessTime(calendar, resolutionDueAt, beyondDue) }
}

function moveBusinessTime(calendar: BusinessCalendar, from: Date, ms: number): Date {
  return ms < 0 ? subtractBusinessTime(calendar, from, -ms) : addBusinessTime(calendar, from, ms)
}
