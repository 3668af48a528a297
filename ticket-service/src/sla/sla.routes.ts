import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButManagers } from '../administration/access.request.ts'
import { byOf } from '../tickets/actor.request.ts'
import { BusinessHours, BusinessHoursBody } from './business-hours.schemas.ts'
import type { GetBusinessHours } from './get-business-hours.ts'
import type { ListPolicies } from './list-policies.ts'
import type { SetBusinessHours } from './set-business-hours.ts'
import type { SetPolicy } from './set-policy.ts'
import { CategorySla } from './sla.schemas.ts'
import { toCalendar, toPolicy, toWireBusinessHours, toWirePolicy } from './sla.wire.ts'

type Needs = {
  authenticate: Authenticate
  setPolicy: SetPolicy
  listPolicies: ListPolicies
  getBusinessHours: GetBusinessHours
  setBusinessHours: SetBusinessHours
  clock: { now(): Date }
}

const common = { tags: ['SLA'], security: [{ bearer: [] }] }

/** What a tenant promises, and when it works: for its admins and the vendor (contract 7). */
export function registerSlaRoutes(app: App, needs: Needs): void {
  const { setPolicy, listPolicies, getBusinessHours, setBusinessHours, clock } = needs
  const onRequest = [needs.authenticate, refuseAllButManagers]

  app.post(
    '/vendor/tickets/sla',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Set the SLA of a category, for the tickets that are raised from then on',
        body: CategorySla,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      await setPolicy(request.tenantId, toPolicy(request.body), byOf(request, clock))
      return envelope(request, null, { message: 'the SLA is set' })
    },
  )

  app.get(
    '/vendor/tickets/sla',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'The SLA of each category that has one',
        response: { 200: Envelope(Type.Array(CategorySla)) },
      },
    },
    async (request) => envelope(request, (await listPolicies(request.tenantId)).map(toWirePolicy)),
  )

  app.get(
    '/admin/business-hours',
    {
      onRequest,
      schema: {
        ...common,
        summary: 'When the tenant works: always, until it is set',
        response: { 200: Envelope(BusinessHours) },
      },
    },
    async (request) => envelope(request, toWireBusinessHours(await getBusinessHours(request.tenantId))),
  )

  app.put(
    '/admin/business-hours',
    {
      onRequest,
      schema: {
        ...common,
        summary:
          'Set when the tenant works, for the tickets that are raised or whose clock goes on from then on; ' +
          'due times that are running stay',
        body: BusinessHoursBody,
        response: { 200: Envelope(BusinessHours) },
      },
    },
    async (request) => {
      const wanted = toCalendar(request.body)
      const calendar = await setBusinessHours(request.tenantId, wanted, byOf(request, clock))
      return envelope(request, toWireBusinessHours(calendar), { message: 'the business hours are set' })
    },
  )
}
