import { createCall, type InvGateLogger } from './call.ts'
import { startDeadline } from './deadline.ts'
import { createExchange } from './exchange.ts'
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
import type { IncidentFile } from './request-body.ts'
import { createUserCreator, createUserFinder, type InvGateUser, type NewInvGateUser } from './users.ts'

export type InvGateClientOptions = {
  /** `https://<host>/api/v1/`, with or without the last slash. */
  baseUrl: string
  username: string
  password: string
  /** Milliseconds a call may take in all: connecting, upload, answer, body, and a read's repeats. Default 15,000. */
  timeoutMs?: number
  /** Pins the path for creating incidents; else it is found out. */
  incidentPath?: IncidentPath | undefined
  logger: InvGateLogger
}

/** Every method fails with an InvGateError, whose `effect` says whether InvGate can have done what was asked. */
export type InvGateClient = {
  createIncident(incident: NewIncident, files: readonly IncidentFile[]): Promise<CreatedIncident>
  findIncident(id: number, options?: FindOptions): Promise<Incident | null>
  listIncidents(ids: readonly number[]): Promise<Incident[]>
  findUserByEmail(email: string, options?: { timeoutMs?: number }): Promise<InvGateUser | null>
  createUser(user: NewInvGateUser): Promise<InvGateUser>
  /** Resolves when InvGate answers and takes our credentials. */
  ping(timeoutMs: number): Promise<void>
  /** Closes the kept-alive connections, those in use too: let calls end first. */
  close(): void
}

/** A client of the InvGate Service Desk API v1. */
export function createInvGateClient(options: InvGateClientOptions): InvGateClient {
  const { timeoutMs = 15_000, incidentPath, logger } = options
  const exchange = createExchange(options)
  const call = createCall(exchange, logger, secretsOf(options))
  return {
    createIncident: createIncidentCreator(call, timeoutMs, incidentPath),
    findIncident: createIncidentFinder(call, timeoutMs),
    listIncidents: createIncidentLister(call, timeoutMs),
    findUserByEmail: createUserFinder(call, timeoutMs),
    createUser: createUserCreator(call, timeoutMs),
    async ping(timeoutMs) {
      const request = { method: 'GET', path: 'incident.attributes.status' } as const
      await call(request, (body) => body, startDeadline(timeoutMs))
    },
    close: exchange.close,
  }
}

/** What must not come back out in a message, even if InvGate repeats it. */
function secretsOf({ baseUrl, username, password }: InvGateClientOptions): string[] {
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const { host, hostname } = new URL(baseUrl)
  // Replacing a shorter one would only maim words, and protect nothing.
  return [basic, password, host, hostname].filter((secret) => secret.length >= 4)
}
