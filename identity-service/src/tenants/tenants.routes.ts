import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import Type from 'typebox'
import { refuseAllButOperators } from '../administration/access.request.ts'
import { pageAsked, paginationOf, SmallIdParams, SmallPageQuery } from '../administration/page.request.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { AdministerTenants } from './administer-tenants.ts'
import type { Tenant } from './tenant.ts'
import { NewTenant, TenantPatch, TenantWire } from './tenants.schemas.ts'

type Needs = { authenticate: Authenticate; answerOnce: AnswerOnce; administerTenants: AdministerTenants }

const common = { tags: ['Tenants'], security: [{ bearer: [] }] }
const path = '/admin/tenants'

/** For those who run the installation, whichever tenant they name. */
export function registerTenantRoutes(app: App, needs: Needs): void {
  const { authenticate, answerOnce, administerTenants } = needs
  const onRequest = [authenticate, refuseAllButOperators]

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Tenants',
        querystring: SmallPageQuery,
        response: { 200: Envelope(Type.Array(TenantWire)) },
      },
    },
    async (request) => {
      const page = await administerTenants.list(pageAsked(request.query))
      return envelope(request, page.items.map(toWire), { pagination: paginationOf(request.query, page) })
    },
  )

  app.post(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Make a tenant',
        headers: IdempotencyHeader,
        body: NewTenant,
        response: { 201: Envelope(TenantWire) },
      },
    },
    async (request, reply) => {
      const { name, domains = [] } = request.body
      return answerOnce(request, reply, {
        tenantId: request.tenantId,
        subject: callerOf(request).sub,
        status: 201,
        run: (keyId) => administerTenants.create({ name, domains }, actorOf(request), keyId),
        recover: (id) => administerTenants.get(Number(id)),
        resourceOf: ({ id }) => String(id),
        toBody: (tenant) => envelope(request, toWire(tenant), { message: 'the tenant is made' }),
      })
    },
  )

  app.get(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'A tenant',
        params: SmallIdParams,
        response: { 200: Envelope(TenantWire) },
      },
    },
    async (request) => envelope(request, toWire(await administerTenants.get(request.params.id))),
  )

  app.patch(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Rename a tenant, change its domains, activate or deactivate it',
        params: SmallIdParams,
        body: TenantPatch,
        response: { 200: Envelope(TenantWire) },
      },
    },
    async (request) => {
      const tenant = await administerTenants.change(request.params.id, request.body, actorOf(request))
      return envelope(request, toWire(tenant), { message: 'the tenant is changed' })
    },
  )
}

const toWire = ({ createdAt, ...tenant }: Tenant): TenantWire => ({
  ...tenant,
  created_at: createdAt.toISOString(),
})
