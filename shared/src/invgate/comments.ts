import type { Call } from './call.ts'
import { startDeadline } from './deadline.ts'
import type { FindOptions } from './incidents.ts'
import {
  isRecord,
  readDate,
  readEntries,
  readFlag,
  readId,
  readIds,
  readInteger,
  readText,
} from './wire-values.ts'

/** A comment as InvGate has it. What it does not say is null, and no if it is a yes or no; `raw` is its own object. */
export type IncidentComment = {
  id: number
  incidentId: number
  authorId: number | null
  message: string | null
  /** False for an internal one, and where InvGate does not say: nobody is shown by mistake what was written among agents. */
  customerVisible: boolean
  isSolution: boolean
  createdAt: Date | null
  attachmentIds: number[]
  raw: Record<string, unknown>
}

/** `GET incident.comment`: all comments of one incident. An unknown incident is `rejected`. */
export function createCommentLister(call: Call, timeoutMs: number) {
  return (incidentId: number, options: FindOptions = {}): Promise<IncidentComment[]> => {
    const request = {
      method: 'GET',
      path: 'incident.comment',
      query: [['request_id', String(incidentId)]],
    } as const
    const read = (body: unknown) => readEntries(body, (value, key) => readComment(value, incidentId, key))
    return call(request, read, startDeadline(options.timeoutMs ?? timeoutMs, options.signal))
  }
}

function readComment(value: unknown, incidentId: number, key?: string): IncidentComment | null {
  if (!isRecord(value)) return null
  const id = readId(value.id) ?? readId(key)
  if (id === null) return null
  return {
    id,
    incidentId,
    authorId: readInteger(value.author_id),
    message: readText(value.message ?? value.comment),
    customerVisible: readFlag(value.customer_visible) ?? false,
    isSolution: readFlag(value.is_solution) ?? false,
    createdAt: readDate(value.created_at),
    attachmentIds: readIds(value.attached_files ?? value.attachments),
    raw: value,
  }
}
