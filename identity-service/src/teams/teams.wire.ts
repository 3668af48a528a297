import type { MeasuredMember } from './read-teams.ts'
import type { Team } from './team.ts'
import type { MemberWire, TeamWire } from './teams.schemas.ts'

/** The one place that maps teams to the wire. */

export function toWireTeam({ id, tenantId, name, members, mine, createdAt }: Team): TeamWire {
  return { id, tenant_id: tenantId, name, member_count: members, mine, created_at: createdAt.toISOString() }
}

export function toWireMember({ lastName, addedAt, metrics, ...member }: MeasuredMember): MemberWire {
  return {
    ...member,
    lastname: lastName,
    added_at: addedAt.toISOString(),
    metrics: {
      last_seen_at: metrics.lastSeenAt?.toISOString() ?? null,
      active_sessions: metrics.activeSessions,
      log_ins_30_days: metrics.logIns30Days,
    },
  }
}
