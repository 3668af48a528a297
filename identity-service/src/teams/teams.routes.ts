import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import { pageAsked, paginationOf, SmallIdParams, SmallPageQuery } from '../administration/page.request.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { AdministerTeams } from './administer-teams.ts'
import type { ReadTeams } from './read-teams.ts'
import { MemberBody, MemberParams, TeamBody, TeamWire } from './teams.schemas.ts'
import { toWireTeam } from './teams.wire.ts'
import { askerOf } from './workpulse-teams.routes.ts'

type Needs = {
  authenticate: Authenticate
  answerOnce: AnswerOnce
  readTeams: ReadTeams
  administerTeams: AdministerTeams
}

const common = { tags: ['Teams'], security: [{ bearer: [] }] }
const path = '/admin/teams'

/** For the admins of a tenant, and for those of tenant 1 in any. */
export function registerTeamRoutes(app: App, needs: Needs): void {
  const { authenticate, answerOnce, readTeams, administerTeams } = needs
  const onRequest = [authenticate, refuseAllButAdmins]
  const answerWith = async (request: FastifyRequest, id: number, message: string) =>
    envelope(request, toWireTeam(await readTeams.get(askerOf(request), id)), { message })

  app.get(
    path,
    {
      onRequest,
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

  app.post(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Make a team',
        headers: IdempotencyHeader,
        body: TeamBody,
        response: { 201: Envelope(TeamWire) },
      },
    },
    async (request, reply) => {
      const { tenantId, body } = request
      return answerOnce(request, reply, {
        tenantId,
        subject: callerOf(request).sub,
        status: 201,
        run: (keyId) => administerTeams.create(tenantId, body.name, actorOf(request), keyId),
        recover: async (id) => Number(id),
        resourceOf: (id) => String(id),
        toBody: (id) => answerWith(request, id, 'the team is made'),
      })
    },
  )

  app.patch(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Rename a team',
        params: SmallIdParams,
        body: TeamBody,
        response: { 200: Envelope(TeamWire) },
      },
    },
    async (request) => {
      const { tenantId, params, body } = request
      await administerTeams.rename({ tenantId, teamId: params.id }, body.name, actorOf(request))
      return answerWith(request, params.id, 'the team is renamed')
    },
  )

  app.delete(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Remove a team; its members stay',
        params: SmallIdParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const { tenantId, params } = request
      await administerTeams.remove({ tenantId, teamId: params.id }, actorOf(request))
      return envelope(request, null, { message: 'the team is removed' })
    },
  )

  app.put(
    `${path}/:id/members/:userId`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Put a user of the tenant into a team, or say whether the member leads it',
        params: MemberParams,
        body: MemberBody,
        response: { 200: Envelope(TeamWire) },
      },
    },
    async (request) => {
      const { tenantId, params, body } = request
      const member = { userId: params.userId, lead: body?.lead ?? false }
      await administerTeams.putMember({ tenantId, teamId: params.id }, member, actorOf(request))
      return answerWith(request, params.id, 'the user is a member of the team')
    },
  )

  app.delete(
    `${path}/:id/members/:userId`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Take a member out of a team',
        params: MemberParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const { tenantId, params } = request
      await administerTeams.removeMember({ tenantId, teamId: params.id }, params.userId, actorOf(request))
      return envelope(request, null, { message: 'the user is no member of the team any more' })
    },
  )
}
