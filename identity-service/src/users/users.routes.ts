import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import Type from 'typebox'
import type { ResumeRegistration } from '../accounts/resume-registration.ts'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import { IdParams, pageAsked, paginationOf } from '../administration/page.request.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { AdministerUsers } from './administer-users.ts'
import type { CreateUser } from './create-user.ts'
import { EndedSessions, NewUser, UserPatch, UsersQuery, UserWire } from './users.schemas.ts'
import { toWireUser } from './users.wire.ts'

type Needs = {
  authenticate: Authenticate
  answerOnce: AnswerOnce
  administerUsers: AdministerUsers
  createUser: CreateUser
  resumeRegistration: ResumeRegistration
}

const common = { tags: ['Users'], security: [{ bearer: [] }] }
const path = '/admin/users'

/** For the admins of a tenant, and for those of tenant 1 in any. */
export function registerUserRoutes(app: App, needs: Needs): void {
  const { authenticate, answerOnce, administerUsers, createUser, resumeRegistration } = needs
  const onRequest = [authenticate, refuseAllButAdmins]

  app.get(
    path,
    {
      onRequest,
      config: { apiScope: 'accounts:read' },
      schema: {
        ...common,
        summary: 'Users of the tenant',
        querystring: UsersQuery,
        response: { 200: Envelope(Type.Array(UserWire)) },
      },
    },
    async (request) => {
      const { q = null, role = null, active = null } = request.query
      const asked = pageAsked(request.query)
      const page = await administerUsers.list(request.tenantId, { q, role, active }, asked)
      return envelope(request, page.items.map(toWireUser), { pagination: paginationOf(request.query, page) })
    },
  )

  app.post(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Make an account of any role',
        headers: IdempotencyHeader,
        body: NewUser,
        response: { 201: Envelope(UserWire) },
      },
    },
    async (request, reply) => {
      const { lastname = '', email = null, username = null, password = null, ...rest } = request.body
      const { tenantId } = request
      const { name, role, active = true } = rest
      const user = { tenantId, name, lastName: lastname, email, username, password, role, active }
      return answerOnce(request, reply, {
        tenantId,
        subject: callerOf(request).sub,
        status: 201,
        run: (keyId) => createUser(user, actorOf(request), keyId),
        recover: resumeRegistration,
        resourceOf: ({ id }) => String(id),
        toBody: async ({ id }) =>
          envelope(request, toWireUser(await administerUsers.get(tenantId, id)), {
            message: 'the account is made',
          }),
      })
    },
  )

  app.get(
    `${path}/:id`,
    {
      onRequest,
      config: { apiScope: 'accounts:read' },
      schema: { ...common, summary: 'A user', params: IdParams, response: { 200: Envelope(UserWire) } },
    },
    async (request) =>
      envelope(request, toWireUser(await administerUsers.get(request.tenantId, request.params.id))),
  )

  app.patch(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Rename a user, change the role, activate or deactivate; the last two end all sessions',
        params: IdParams,
        body: UserPatch,
        response: { 200: Envelope(UserWire) },
      },
    },
    async (request) => {
      const { lastname: lastName, ...rest } = request.body
      const changes = { ...rest, ...(lastName !== undefined && { lastName }) }
      const by = { caller: callerOf(request), actor: actorOf(request) }
      const user = await administerUsers.change(request.tenantId, request.params.id, changes, by)
      return envelope(request, toWireUser(user), { message: 'the account is changed' })
    },
  )

  app.post(
    `${path}/:id/sessions/end`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'End all sessions of a user',
        params: IdParams,
        response: { 200: Envelope(EndedSessions) },
      },
    },
    async (request) => {
      const { id } = request.params
      const ended = await administerUsers.endSessions(request.tenantId, id, actorOf(request))
      return envelope(request, { ended }, { message: 'all sessions of the user are ended' })
    },
  )
}
