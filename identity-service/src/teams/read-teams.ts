import { type Page, type PageAsked, readPage } from '../administration/page.ts'
import type { MemberMetricsRepository } from './member-metrics.repository.ts'
import type { MemberMetrics, Team, TeamMember } from './team.ts'
import { teamNotFound } from './teams.errors.ts'
import type { TeamsRepository } from './teams.repository.ts'

type Needs = { teams: TeamsRepository; metrics: MemberMetricsRepository; clock: { now(): Date } }
type Asker = { tenantId: number; userId: number | null }

export type MeasuredMember = TeamMember & { metrics: MemberMetrics }

export type ReadTeams = {
  list(asker: Asker, page: PageAsked): Promise<Page<Team>>
  /** @throws AppError team.not_found, for another tenant's, too */
  get(asker: Asker, id: number): Promise<Team>
  /** The members and how they were about lately. @throws AppError team.not_found, for another tenant's, too */
  listMembers(asker: Asker, id: number, page: PageAsked): Promise<Page<MeasuredMember>>
}

const neverSeen: MemberMetrics = { lastSeenAt: null, activeSessions: 0, logIns30Days: 0 }

/** For everybody of the tenant. */
export function createReadTeams({ teams, metrics, clock }: Needs): ReadTeams {
  const get = async ({ tenantId, userId }: Asker, id: number) => {
    const team = await teams.find(tenantId, userId, id)
    if (team === null) throw teamNotFound()
    return team
  }

  return {
    list: ({ tenantId, userId }, page) =>
      readPage(
        page,
        (asked) => teams.list(tenantId, userId, asked),
        ({ id }) => id,
      ),
    get,

    async listMembers(asker, id, page) {
      await get(asker, id)
      const of = { tenantId: asker.tenantId, teamId: id }
      const read = await readPage(
        page,
        (asked) => teams.listMembers(of, asked),
        ({ id }) => id,
      )
      const ids = read.items.map(({ id }) => id)
      const measured = await metrics.read(ids, clock.now())
      const items = read.items.map((member) => ({
        ...member,
        metrics: measured.get(member.id) ?? neverSeen,
      }))
      return { ...read, items }
    },
  }
}
