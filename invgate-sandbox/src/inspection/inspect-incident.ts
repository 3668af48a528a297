import { commentsOf } from '../comments/add-comment.ts'
import type { Incident } from '../incidents/incident.ts'
import { presentIncident } from '../incidents/incident.ts'
import type { World } from '../world/world.ts'

export type InspectedFile = { id: number; name: string; content_type: string; sha256: string; size: number }

/** An incident with all that belongs to it; dates are epoch seconds. */
export function inspectIncident(world: World, incident: Incident) {
  return {
    ...presentIncident(incident, 'epoch'),
    attachments: inspectFiles(world, incident.attachments),
    comments: commentsOf(world, incident.id).map((comment) => ({
      id: comment.id,
      message: comment.message,
      author_id: comment.authorId,
      is_solution: comment.isSolution,
      customer_visible: comment.customerVisible,
      attachments: inspectFiles(world, comment.attachments),
    })),
  }
}

export type InspectedIncident = ReturnType<typeof inspectIncident>

function inspectFiles(world: World, ids: readonly number[]): InspectedFile[] {
  return ids.flatMap((id) => {
    const file = world.attachments.get(id)
    if (file === undefined) return []
    return [{ id, name: file.name, content_type: file.contentType, sha256: file.sha256, size: file.size }]
  })
}
