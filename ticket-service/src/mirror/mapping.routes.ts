import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import { byOf } from '../tickets/actor.request.ts'
import { MappingBody, MappingWire } from './mapping.schemas.ts'
import { toMappingEntries, toWireMapping } from './mapping.wire.ts'
import type {
  ForgetMappingFailures,
  GetTenantMapping,
  RemoveTenantMapping,
  SetTenantMapping,
} from './tenant-mapping.ts'

type Needs = {
  authenticate: Authenticate
  tenantMapping: {
    get: GetTenantMapping
    set: SetTenantMapping
    remove: RemoveTenantMapping
    forgetFailures: ForgetMappingFailures
  }
  clock: { now(): Date }
}

const common = { tags: ['Mirror'], security: [{ bearer: [] }] }
const path = '/admin/invgate-mapping'
const response = { 200: Envelope(MappingWire) }

/** What stands for what in InvGate. */
export function registerMappingRoutes(app: App, { authenticate, tenantMapping, clock }: Needs): void {
  const onRequest = [authenticate, refuseAllButAdmins]

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'What counts for the tenant, where it comes from, and what failed to map',
        response,
      },
    },
    async (request) => envelope(request, toWireMapping(await tenantMapping.get(request.tenantId))),
  )

  app.put(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary:
          "Set the tenant's own, in place of the installation's as a whole, for what is sent from then on",
        body: MappingBody,
        response,
      },
    },
    async (request) => {
      const { tenantId } = request
      await tenantMapping.set(tenantId, toMappingEntries(request.body), byOf(request, clock))
      const message = 'the mapping is set'
      return envelope(request, toWireMapping(await tenantMapping.get(tenantId)), { message })
    },
  )

  app.delete(
    path,
    { onRequest, schema: { ...common, summary: "Go back to the installation's", response } },
    async (request) => {
      const { tenantId } = request
      await tenantMapping.remove(tenantId, byOf(request, clock))
      const message = "the installation's mapping counts"
      return envelope(request, toWireMapping(await tenantMapping.get(tenantId)), { message })
    },
  )

  app.delete(
    `${path}/failures`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Forget what failed to map, once it is settled',
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      await tenantMapping.forgetFailures(request.tenantId, byOf(request, clock))
      return envelope(request, null, { message: 'what failed to map is forgotten' })
    },
  )
}
