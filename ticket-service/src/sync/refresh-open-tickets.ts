import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'
import { InvGateError } from '@werk/shared/invgate/invgate-error'
import type { ApplyIncident } from './apply-incident.ts'
import type { MirroredTicket, MirrorRepository } from './mirror.repository.ts'
import type { RoundPart, Step } from './round-step.ts'

type Needs = {
  mirror: Pick<MirrorRepository, 'listOpenIds' | 'listByIds' | 'touch'>
  invgate: Pick<InvGateClient, 'listIncidents' | 'findIncident'>
  applyIncident: ApplyIncident
  clock: { now(): Date }
  logger: { warn(fields: object, message: string): void }
}

const chunkLength = 200
const mostTickets = 50 * chunkLength

/** Looks at every ticket that is not closed, the one that was looked at longest ago first: that is where a round goes on. */
export function createRefreshOpenTickets(needs: Needs): RoundPart {
  const { mirror, invgate, applyIncident, clock, logger } = needs
  const gone = new Set<string>()

  /** By ticket id; null for what InvGate does not have any more. */
  const look = async (chunk: readonly MirroredTicket[], step: Step) => {
    const ids = chunk.map(({ invGateId }) => invGateId)
    const listed = await step(() => invgate.listIncidents(ids)).catch(noneWhenRejected)
    return new Map(listed.map((incident) => [incident.id, incident]))
  }

  const noteGone = ({ id, invGateId }: MirroredTicket) => {
    if (gone.has(id)) return
    gone.add(id)
    logger.warn({ ticket_id: id, inv_gate_id: invGateId }, 'InvGate does not have a ticket any more')
  }

  const refreshChunk = async (chunk: readonly MirroredTicket[], step: Step) => {
    const askedAt = clock.now()
    const seen = await look(chunk, step)
    const looked: string[] = []
    try {
      for (const ticket of chunk) {
        const incident =
          seen.get(ticket.invGateId) ?? (await step(() => invgate.findIncident(ticket.invGateId)))
        if (incident === null) noteGone(ticket)
        else await applyIncident(ticket, { incident, askedAt }, step)
        looked.push(ticket.id)
      }
    } finally {
      await mirror.touch(looked, askedAt)
    }
  }

  return async (step) => {
    const open = await mirror.listOpenIds(mostTickets)
    for (let start = 0; start < open.length; start += chunkLength) {
      const ids = open.slice(start, start + chunkLength).map(({ id }) => id)
      await refreshChunk(await mirror.listByIds(ids), step)
    }
  }
}

/** InvGate may refuse the whole list for one id in it: then each is read by itself. */
function noneWhenRejected(error: unknown): Incident[] {
  if (error instanceof InvGateError && error.kind === 'rejected') return []
  throw error
}
