import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'
import { InvGateError } from '@werk/shared/invgate/invgate-error'
import type { ImportIncidents } from './import-incidents.ts'
import type { KnownIncidents } from './known-incidents.ts'
import type { MirrorRepository } from './mirror.repository.ts'
import type { RoundPart, Step } from './round-step.ts'

type Needs = {
  known: KnownIncidents
  mirror: Pick<MirrorRepository, 'listByInvGateIds' | 'findHighestInvGateId'>
  invgate: Pick<InvGateClient, 'listIncidents' | 'findIncident'>
  importIncidents: ImportIncidents
  clock: { now(): Date }
}

const chunkLength = 200
/** Whatever is younger is `incidents.last.hour`'s. RoundPart of that, as clocks differ. */
const youngMs = 30 * 60_000

/**
 * Imports what was raised in InvGate while nobody looked for more than an hour, so that `incidents.last.hour` does not
 * list it any more: the ids above the last known one, up to the highest of all tickets, and on until a chunk is empty.
 * It begins at the highest id that a ticket has when it first runs: what is older was never meant to be here.
 */
export function createImportMissed(needs: Needs): RoundPart {
  const { known, mirror, invgate, importIncidents, clock } = needs

  /** InvGate may refuse the whole list for one id in it: then each is read by itself, beyond `highest` none. */
  const readChunk = async (ids: readonly number[], highest: number, step: Step): Promise<Incident[]> => {
    try {
      return await step(() => invgate.listIncidents(ids))
    } catch (error) {
      if (!(error instanceof InvGateError && error.kind === 'rejected')) throw error
    }
    const found: Incident[] = []
    for (const id of ids.filter((one) => one <= highest)) {
      const incident = await step(() => invgate.findIncident(id))
      if (incident !== null) found.push(incident)
    }
    return found
  }

  const isYoung = ({ createdAt }: Incident): boolean =>
    createdAt !== null && clock.now().getTime() - createdAt.getTime() < youngMs

  const listUnknown = async (found: readonly Incident[]): Promise<Incident[]> => {
    const tickets = await mirror.listByInvGateIds(found.map(({ id }) => id))
    const knownIds = new Set(tickets.map(({ invGateId }) => invGateId))
    return found.filter(({ id }) => !knownIds.has(id)).toSorted((one, other) => one.id - other.id)
  }

  return async (step) => {
    const highest = await mirror.findHighestInvGateId()
    if (highest === null) return
    let upTo = await known.read(highest)
    for (;;) {
      const ids = Array.from({ length: chunkLength }, (_, index) => upTo + 1 + index)
      const found = await readChunk(ids, highest, step)
      const unknown = await listUnknown(found)
      const young = unknown.find(isYoung)
      await importIncidents(young === undefined ? unknown : unknown.slice(0, unknown.indexOf(young)), step)
      if (young !== undefined) return known.write(young.id - 1)
      const end = upTo + chunkLength
      upTo = Math.max(upTo, end <= highest ? end : highest, ...found.map(({ id }) => id))
      await known.write(upTo)
      if (end > highest && found.length === 0) return
    }
  }
}
