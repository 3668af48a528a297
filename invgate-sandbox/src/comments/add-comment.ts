import type { Static } from 'typebox'
import { Refusal } from '../api/failures.ts'
import { isOn } from '../api/parameters.ts'
import type { ReceivedFile } from '../api/receive.ts'
import { addAttachments } from '../attachments/add-attachments.ts'
import { getIncident } from '../incidents/get-incident.ts'
import type { World } from '../world/world.ts'
import type { Comment } from './comment.ts'
import type { newComment } from './comments.schemas.ts'

/**
 * Adds a comment; a public one that is a solution solves the incident.
 * @throws LogicalFault for an unknown incident, Refusal 409 for a solution that the customer could not see.
 */
export function addComment(world: World, wanted: Static<typeof newComment>, files: ReceivedFile[]): Comment {
  const incident = getIncident(world, wanted.request_id)
  const isSolution = isOn(wanted.is_solution)
  const customerVisible = isOn(wanted.customer_visible ?? 1)
  if (isSolution && !customerVisible) throw new Refusal(409, 'Cannot mark an internal comment as solution')

  const comment: Comment = {
    id: world.nextId('comment'),
    incidentId: incident.id,
    number: commentsOf(world, incident.id).length + 1,
    message: wanted.comment,
    authorId: wanted.author_id,
    isSolution,
    customerVisible,
    createdAt: world.now(),
    attachments: addAttachments(world, files),
  }
  world.comments.set(comment.id, comment)
  const solved = isSolution ? { statusId: 5, solvedAt: comment.createdAt } : {}
  world.incidents.set(incident.id, { ...incident, ...solved, lastUpdate: comment.createdAt })
  return comment
}

export function commentsOf(world: World, incidentId: number): Comment[] {
  return [...world.comments.values()].filter((comment) => comment.incidentId === incidentId)
}
