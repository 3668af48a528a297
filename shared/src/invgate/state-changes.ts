import type { Call } from './call.ts'
import { startDeadline } from './deadline.ts'
import type { InvGateRequest } from './exchange.ts'
import { jsonBody, type WireFields } from './request-body.ts'
import { isRecord } from './wire-values.ts'

/** `authorId` is who does it, a user of InvGate's. */
type ByAuthor = { incidentId: number; authorId: number }

/**
 * InvGate's calls that change an incident's state, which it has instead of a writable status. Each is sent once and
 * fails with an InvGateError: `rejected` where the incident's status does not allow it.
 */
export type IncidentStateChanges = {
  /** `POST incident.reassign`: to an agent or a help desk, or to nobody. The incident is open afterwards. */
  reassignIncident(change: ByAuthor & { agentId: number | null; groupId: number | null }): Promise<void>
  /** `POST incident.waitingfor.agent`: an agent has it in hand. */
  awaitAgent(incidentId: number): Promise<void>
  /** `POST incident.comment` as a solution, which the customer sees. */
  solveIncident(change: ByAuthor & { solution: string }): Promise<void>
  /** `PUT incident.solution.accept`: a solved one is closed. @param rating 1 to 5; InvGate wants a comment below 4 */
  acceptSolution(incidentId: number, rating: number): Promise<void>
  /** `POST incident.cancel`: one that is not solved is closed. */
  cancelIncident(change: ByAuthor): Promise<void>
  /** `PUT incident.reopen`: a solved or closed one is open again. */
  reopenIncident(change: ByAuthor): Promise<void>
}

export function createStateChanges(call: Call, timeoutMs: number): IncidentStateChanges {
  const change = async (method: 'POST' | 'PUT', path: string, fields: WireFields): Promise<void> => {
    const request: InvGateRequest = { method, path, body: jsonBody(fields) }
    await call(request, (body) => (isRecord(body) ? body : undefined), startDeadline(timeoutMs))
  }

  return {
    reassignIncident: ({ incidentId, authorId, agentId, groupId }) =>
      change('POST', 'incident.reassign', {
        request_id: incidentId,
        author_id: authorId,
        ...(agentId !== null && { agent_id: agentId }),
        ...(groupId !== null && { group_id: groupId }),
      }),
    awaitAgent: (incidentId) => change('POST', 'incident.waitingfor.agent', { request_id: incidentId }),
    solveIncident: ({ incidentId, authorId, solution }) =>
      change('POST', 'incident.comment', {
        request_id: incidentId,
        author_id: authorId,
        comment: solution,
        is_solution: 1,
        customer_visible: 1,
      }),
    acceptSolution: (incidentId, rating) =>
      change('PUT', 'incident.solution.accept', { id: incidentId, rating }),
    cancelIncident: ({ incidentId, authorId }) =>
      change('POST', 'incident.cancel', { request_id: incidentId, author_id: authorId }),
    reopenIncident: ({ incidentId, authorId }) =>
      change('PUT', 'incident.reopen', { request_id: incidentId, author_id: authorId }),
  }
}
