import type { Call } from './call.ts'
import { startDeadline } from './deadline.ts'
import { type IncidentFile, jsonBody, multipartBody } from './request-body.ts'
import { isRecord } from './wire-values.ts'

/** `authorId` is a user of InvGate's. `customerVisible` false: among agents. */
export type NewComment = {
  incidentId: number
  authorId: number
  message: string
  customerVisible: boolean
  files?: readonly IncidentFile[]
}

/** `POST incident.comment`: sent once. InvGate does not tell the comment's id: `listComments` finds it. */
export function createCommentAdder(call: Call, timeoutMs: number) {
  return async ({
    incidentId,
    authorId,
    message,
    customerVisible,
    files = [],
  }: NewComment): Promise<void> => {
    const fields = {
      request_id: incidentId,
      comment: message,
      author_id: authorId,
      customer_visible: customerVisible ? 1 : 0,
    }
    const body = files.length > 0 ? await multipartBody(fields, files) : jsonBody(fields)
    const request = { method: 'POST', path: 'incident.comment', body } as const
    await call(request, (answer) => (isRecord(answer) ? answer : undefined), startDeadline(timeoutMs))
  }
}
