import type { Database } from '../infrastructure/database.ts'

/** A team as its members see it beside their own name. */
export type OwnTeam = { id: number; name: string }

export type OwnTeamsRepository = {
  /** By name. */
  findTeamsOf(userId: number): Promise<OwnTeam[]>
}

export function createOwnTeamsRepository(database: Database): OwnTeamsRepository {
  return {
    findTeamsOf: (userId) =>
      database.team.findMany({
        where: { members: { some: { userId } } },
        select: { id: true, name: true },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
      }),
  }
}
