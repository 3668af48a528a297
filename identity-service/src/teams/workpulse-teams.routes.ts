import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import {
  PageQuery,
  pageAsked,
  paginationOf,
  SmallIdParams,
  SmallPageQuery,
} from '../administration/page.request.ts'
import type { ReadTeams } from './read-teams.ts'
import { MemberWire, TeamWire } from './teams.schemas.ts'
import { toWireMember, toWireTeam } from './teams.wire.ts'

type Needs = { authenticate: Authenticate; readTeams: ReadTeams }

const common = { tags: ['WorkPulse'], security: [{ bearer: [] }] }

/** Contract 4: for everybody of the tenant. */
export function registerWorkpulseTeamRoutes(app: App, { authenticate, readTeams }: Needs): void {
  app.get(
    '/api/v1/teams',
    {
      onRequest: authenticate,
      config: { apiScope: 'accounts:read' },
      schema: {
        ...common,
        summary: 'Teams of the tenant',
        querystring: SmallPageQuery,
        response: { 200: Envelope(Type.Array(TeamWire)) },
      },
    },
    async (request) => {
      const page = await readTeams.list(askerOf(request), pageAsked(request.query))
      return envelope(request, page.items.map(toWireTeam), { pagination: paginationOf(request.query, page) })
    },
  )

  app.get(
    '/api/v1/teams/:id/members',
    {
      onRequest: authenticate,
      config: { apiScope: 'accounts:read' },
      schema: {
        ...common,
        summary: 'Members of a team, with metrics',
        params: SmallIdParams,
        querystring: PageQuery,
        response: { 200: Envelope(Type.Array(MemberWire)) },
      },
    },
    async (request) => {
      const { params, query } = request
      const page = await readTeams.listMembers(askerOf(request), params.id, pageAsked(query))
      return envelope(request, page.items.map(toWireMember), { pagination: paginationOf(query, page) })
    },
  )
}

export function askerOf(request: FastifyRequest): { tenantId: number; userId: number | null } {
  return { tenantId: request.tenantId, userId: callerOf(request).uid }
}
