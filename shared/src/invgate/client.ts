import type { Registry } from 'prom-client'
import { createCommentAdder, type NewComment } from './add-comment.ts'
import { createCall, type InvGateLogger } from './call.ts'
import { createCommentLister, type IncidentComment } from './comments.ts'
import { startDeadline } from './deadline.ts'
import { createExchange } from './exchange.ts'
import { type CircuitStates, createGuard, type GuardOptions } from './guard.ts'
import type { Incident } from './incident.ts'
import {
  type CreatedIncident,
  createIncidentCreator,
  createIncidentFinder,
  createIncidentLister,
  type FindOptions,
  type IncidentPath,
  type NewIncident,
} from './incidents.ts'
import { createInvGateMetrics } from './invgate-metrics.ts'
import {
  createCustomerLister,
  createLastHourLister,
  type IncidentPage,
  type PageOptions,
} from './listings.ts'
import type { IncidentFile } from './request-body.ts'
import { createStateChanges, type IncidentStateChanges } from './state-changes.ts'
import { createUserCreator, createUserFinder, type InvGateUser, type NewInvGateUser } from './users.ts'

export type InvGateClientOptions = GuardOptions & {
  /** `https://<host>/api/v1/`, with or without the last slash. */
  baseUrl: string
  username: string
  password: string
  /** Milliseconds a call may take in all: connecting, upload, answer, body, and a read's repeats. Default 15,000. */
  timeoutMs?: number
  /** Pins the path for creating incidents; else it is found out. */
  incidentPath?: IncidentPath | undefined
  logger: InvGateLogger
  /** Where the client's figures are kept. */
  metrics?: Registry
}

/** Every method fails with an InvGateError, whose `effect` says whether InvGate can have done what was asked. */
export type InvGateClient = IncidentStateChanges & {
  createIncident(incident: NewIncident, files: readonly IncidentFile[]): Promise<CreatedIncident>
  findIncident(id: number, options?: FindOptions): Promise<Incident | null>
  listIncidents(ids: readonly number[]): Promise<Incident[]>
  listByCustomer(customerId: number, options?: PageOptions): Promise<IncidentPage>
  listLastHour(options?: PageOptions): Promise<IncidentPage>
  listComments(incidentId: number, options?: FindOptions): Promise<IncidentComment[]>
  addComment(comment: NewComment): Promise<void>
  findUserByEmail(email: string, options?: { timeoutMs?: number }): Promise<InvGateUser | null>
  createUser(user: NewInvGateUser): Promise<InvGateUser>
  /**
   * Resolves when InvGate answers and takes our credentials. To the guard it is a read like any other: it fails at once
   * while they are refused, and may be the probe that ends that.
   */
  ping(timeoutMs: number): Promise<void>
  /** Of the circuits. */
  state(): CircuitStates
  /** Closes the kept-alive connections, those in use too: let calls end first. */
  close(): void
}

/** A client of the InvGate Service Desk API v1, with a circuit breaker and a bulkhead around every request. */
export function createInvGateClient(options: InvGateClientOptions): InvGateClient {
  const { timeoutMs = 15_000, incidentPath, logger } = options
  const exchange = createExchange(options)
  const metrics = createInvGateMetrics(options.metrics)
  const guard = createGuard(options, { metrics, logger })
  const call = createCall({ exchange, guard, metrics, logger, secrets: secretsOf(options) })
  return {
    createIncident: createIncidentCreator(call, timeoutMs, incidentPath),
    findIncident: createIncidentFinder(call, timeoutMs),
    listIncidents: createIncidentLister(call, timeoutMs),
    listByCustomer: createCustomerLister(call, timeoutMs),
    listLastHour: createLastHourLister(call, timeoutMs),
    listComments: createCommentLister(call, timeoutMs),
    addComment: createCommentAdder(call, timeoutMs),
    findUserByEmail: createUserFinder(call, timeoutMs),
    createUser: createUserCreator(call, timeoutMs),
    ...createStateChanges(call, timeoutMs),
    async ping(timeoutMs) {
      const request = { method: 'GET', path: 'incident.attributes.status' } as const
      await call(request, (body) => body, startDeadline(timeoutMs))
    },
    state: guard.state,
    close() {
      guard.close()
      exchange.close()
    },
  }
}

/** What must not come back out in a message, even if InvGate repeats it. */
function secretsOf({ baseUrl, username, password }: InvGateClientOptions): string[] {
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const { host, hostname } = new URL(baseUrl)
  // Replacing a shorter one would only maim words, and protect nothing.
  return [basic, password, host, hostname].filter((secret) => secret.length >= 4)
}
