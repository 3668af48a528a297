import { nameOfKind, type SeenLink } from './link.ts'
import type { LinkWire } from './links.schemas.ts'

/** The one place that maps links to the wire. */
export function toWireLink({ id, kind, isOutward, other, createdAt }: SeenLink): LinkWire {
  return {
    ...{
      id,
      kind: nameOfKind(kind, isOutward),
      ticket_id: other.id,
      title: other.title,
      status: other.status,
    },
    created_at: createdAt.toISOString(),
  }
}
