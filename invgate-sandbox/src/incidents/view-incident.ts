import type { Static } from 'typebox'
import { type flag, isOn } from '../api/parameters.ts'
import { commentsOf } from '../comments/add-comment.ts'
import { presentComment } from '../comments/comment.ts'
import type { World } from '../world/world.ts'
import type { DateFormat } from './date-format.ts'
import { type Incident, presentIncident } from './incident.ts'

/** What a reading call asks of the shape: comments within, and the dates' format. */
export type View = { comments?: Static<typeof flag>; date_format: DateFormat }

export function viewIncident(world: World, incident: Incident, { comments, date_format: dates }: View) {
  const seen = presentIncident(incident, dates)
  if (!isOn(comments)) return seen
  return {
    ...seen,
    comments: commentsOf(world, incident.id).map((comment) => presentComment(comment, dates)),
  }
}

/** An object keyed by id, or `[]` when empty: InvGate cannot tell the two apart. */
export function viewKeyed(world: World, incidents: readonly Incident[], view: View) {
  if (incidents.length === 0) return []
  return Object.fromEntries(incidents.map((incident) => [incident.id, viewIncident(world, incident, view)]))
}
