import type { Call } from './call.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { type Incident, readIncident, readIncidents } from './incident.ts'
import { InvGateError } from './invgate-error.ts'
import { nullWhenAbsent } from './null-when-absent.ts'
import { createdId } from './read-answer.ts'
import { type IncidentFile, jsonBody, multipartBody, type WireFields } from './request-body.ts'
import { isRecord } from './wire-values.ts'

export type IncidentPath = 'incidents' | 'incident'

export type NewIncident = {
  sourceId?: number
  creatorId: number
  customerId: number
  categoryId: number
  typeId: number
  priorityId: number
  title: string
  description: string
}

/** `payload` is InvGate's own answer, untouched. */
export type CreatedIncident = { id: number; payload: Record<string, unknown> }

export type FindOptions = { timeoutMs?: number; signal?: AbortSignal }

/** InvGate takes about this many `ids[]` in one request. */
const idsPerRequest = 200

/**
 * `POST incidents` (Werk's documentation) or `POST incident` (the specification): unless `pinned`, the first is tried,
 * and on 404 or 405 the second, which is remembered as soon as it turns out to exist.
 */
export function createIncidentCreator(call: Call, timeoutMs: number, pinned: IncidentPath | undefined) {
  let path: IncidentPath | null = pinned ?? null

  async function post(
    to: IncidentPath,
    incident: NewIncident,
    files: readonly IncidentFile[],
    deadline: Deadline,
  ) {
    const fields = toWire(incident)
    const body = files.length > 0 ? await multipartBody(fields, files) : jsonBody(fields)
    return call({ method: 'POST', path: to, body }, readCreated, deadline)
  }

  return async (incident: NewIncident, files: readonly IncidentFile[]): Promise<CreatedIncident> => {
    const deadline = startDeadline(timeoutMs)
    if (path !== null) return post(path, incident, files, deadline)
    try {
      return await post('incidents', incident, files, deadline)
    } catch (error) {
      if (!saysNoSuchPath(error)) throw error
    }
    try {
      const created = await post('incident', incident, files, deadline)
      path = 'incident'
      return created
    } catch (error) {
      if (saysItExists(error)) path = 'incident'
      throw error
    }
  }
}

/** Finds one incident; null when InvGate says that there is none (`status: ERROR`, or a 404 of its own). */
export function createIncidentFinder(call: Call, timeoutMs: number) {
  return async (id: number, options: FindOptions = {}): Promise<Incident | null> => {
    const deadline = startDeadline(options.timeoutMs ?? timeoutMs, options.signal)
    const read = (body: unknown) => {
      const incident = readIncident(body)
      return incident?.id === id ? incident : undefined
    }
    const query = [['id', String(id)]] as const
    return call({ method: 'GET', path: 'incident', query }, read, deadline).catch(nullWhenAbsent)
  }
}

/** Reads incidents by id, 200 a request, each with the time limit of a call of its own; ids unknown to InvGate are left out. */
export function createIncidentLister(call: Call, timeoutMs: number) {
  return async (ids: readonly number[]): Promise<Incident[]> => {
    const wanted = [...new Set(ids)]
    const found: Incident[] = []
    for (let start = 0; start < wanted.length; start += idsPerRequest) {
      const chunk = wanted.slice(start, start + idsPerRequest)
      const query = chunk.map((id) => ['ids[]', String(id)] as const)
      const request = { method: 'GET', path: 'incidents', query } as const
      const incidents = await call(request, readIncidents, startDeadline(timeoutMs))
      found.push(...incidents.filter(({ id }) => chunk.includes(id)))
    }
    return found
  }
}

function toWire(incident: NewIncident): WireFields {
  return {
    ...(incident.sourceId !== undefined && { source_id: incident.sourceId }),
    creator_id: incident.creatorId,
    customer_id: incident.customerId,
    category_id: incident.categoryId,
    type_id: incident.typeId,
    priority_id: incident.priorityId,
    title: incident.title,
    description: incident.description,
  }
}

function readCreated(body: unknown): CreatedIncident | undefined {
  const id = isRecord(body) ? createdId(body) : null
  return isRecord(body) && id !== null ? { id, payload: body } : undefined
}

function saysNoSuchPath(error: unknown): boolean {
  return error instanceof InvGateError && (error.statusCode === 404 || error.statusCode === 405)
}

function saysItExists(error: unknown): boolean {
  return error instanceof InvGateError && error.statusCode !== null && !saysNoSuchPath(error)
}
