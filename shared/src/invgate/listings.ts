import type { Call } from './call.ts'
import { startDeadline } from './deadline.ts'
import { type Incident, readIncidents } from './incident.ts'
import { isRecord, readText } from './wire-values.ts'

/** `pageKey` is the one before's `nextPageKey`; without it the first page is read. `limit` is the page's length. */
export type PageOptions = {
  pageKey?: string | null
  limit?: number
  timeoutMs?: number
  signal?: AbortSignal
}

/** `nextPageKey` is null on the last page. */
export type IncidentPage = { incidents: Incident[]; nextPageKey: string | null }

/** A page of `GET incidents.by.customer`. Some instances list open incidents only. */
export function createCustomerLister(call: Call, timeoutMs: number) {
  return (customerId: number, options: PageOptions = {}): Promise<IncidentPage> =>
    readPageOf(call, 'incidents.by.customer', [['id', String(customerId)]], options, timeoutMs)
}

/** A page of `GET incidents.last.hour`: what was created or changed within the last hour. */
export function createLastHourLister(call: Call, timeoutMs: number) {
  return (options: PageOptions = {}): Promise<IncidentPage> =>
    readPageOf(call, 'incidents.last.hour', [], options, timeoutMs)
}

function readPageOf(
  call: Call,
  path: string,
  filter: readonly (readonly [string, string])[],
  { pageKey, limit, signal, timeoutMs }: PageOptions,
  usualTimeoutMs: number,
): Promise<IncidentPage> {
  const query = [...filter]
  if (pageKey) query.push(['page_key', pageKey])
  if (limit !== undefined) query.push(['limit', String(limit)])
  return call({ method: 'GET', path, query }, readPage, startDeadline(timeoutMs ?? usualTimeoutMs, signal))
}

/** A page without its list is no empty page: somebody may conclude from it that an incident does not exist. */
function readPage(body: unknown): IncidentPage | undefined {
  if (!isRecord(body)) return undefined
  const incidents = readIncidents(body.requests ?? body.data)
  return incidents && { incidents, nextPageKey: readText(body.next_page_key) || null }
}
