import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'
import type { StatusMap, TicketStatus } from '../tickets/ticket-status.ts'

/** What InvGate shall have: the ticket's status, and its agent where InvGate knows them. */
export type Wanted = {
  incidentId: number
  status: TicketStatus
  /** InvGate's user; null where nobody is assigned, undefined where InvGate does not know them. */
  agentId: number | null | undefined
  /** Who does it there. */
  authorId: number
  /** What InvGate's statuses stand for. */
  statusOf: StatusMap
}

/** @returns the incident as it is then; null when InvGate has it no more. @throws InvGateError */
export type MirrorState = (wanted: Wanted) => Promise<Incident | null>

type Needs = {
  invgate: Pick<
    InvGateClient,
    | 'findIncident'
    | 'reassignIncident'
    | 'awaitAgent'
    | 'solveIncident'
    | 'acceptSolution'
    | 'cancelIncident'
    | 'reopenIncident'
  >
}

/** What the comment of a solution says, because InvGate wants one. It is known by this when it comes back. */
export const solutionMessage = 'Resolved.'
const rating = 5

/**
 * Makes InvGate's incident what the ticket is. InvGate has no writable status but calls that each lead from some states to
 * another, so the incident is read, one step is taken, and it is read again: a step whose answer was lost is never taken
 * twice, and whatever InvGate changed meanwhile is seen.
 */
export function createMirrorState({ invgate }: Needs): MirrorState {
  const assign = (incident: Incident, { incidentId, agentId, authorId }: Wanted) =>
    invgate.reassignIncident({
      ...{ incidentId, authorId, agentId: agentId ?? null },
      groupId: incident.assignedGroupId,
    })

  const move = async (incident: Incident, wanted: Wanted): Promise<boolean> => {
    const { incidentId, status, authorId, agentId, statusOf } = wanted
    const is = statusOf(incident.statusId)
    const isDone = is === 'resolved' || is === 'closed'
    const isAssigned = agentId === undefined || agentId === incident.assignedId
    const isThere = is === status && (isAssigned || isDone)
    if (isThere) return false
    if (is === 'resolved' && status === 'closed') await invgate.acceptSolution(incidentId, rating)
    else if (isDone) await invgate.reopenIncident({ incidentId, authorId })
    else if (!isAssigned || (is === 'in_progress' && status === 'open')) await assign(incident, wanted)
    else if (status === 'in_progress') await invgate.awaitAgent(incidentId)
    else if (status === 'resolved')
      await invgate.solveIncident({ incidentId, authorId, solution: solutionMessage })
    else if (status === 'closed') await invgate.cancelIncident({ incidentId, authorId })
    return true
  }

  return async (wanted) => {
    for (let step = 0; step < mostSteps; step += 1) {
      const incident = await invgate.findIncident(wanted.incidentId)
      if (incident === null || !(await move(incident, wanted))) return incident
    }
    throw new Error(`InvGate's incident does not become ${wanted.status} in ${mostSteps} steps`)
  }
}

/** The longest way is: reopened, assigned, solved, accepted. */
const mostSteps = 6
