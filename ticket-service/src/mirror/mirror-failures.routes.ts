import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import { numberPageAsked, numberPaginationOf } from '../paging/number-cursor.request.ts'
import { byOf } from '../tickets/actor.request.ts'
import {
  DropBody,
  MirrorFailureParams,
  MirrorFailuresQuery,
  MirrorFailureWire,
} from './mirror-failures.schemas.ts'
import { toWireFailure } from './mirror-failures.wire.ts'
import type { DropParkedJob, ListParkedJobs, RetryParkedJob } from './parked-jobs.ts'

type Needs = {
  authenticate: Authenticate
  listParkedJobs: ListParkedJobs
  retryParkedJob: RetryParkedJob
  dropParkedJob: DropParkedJob
  clock: { now(): Date }
}

const common = { tags: ['Mirror'], security: [{ bearer: [] }] }
const path = '/admin/mirror-failures'

/** What InvGate could not be told of tickets that it has. */
export function registerMirrorFailureRoutes(app: App, needs: Needs): void {
  const { listParkedJobs, retryParkedJob, dropParkedJob, clock } = needs
  const onRequest = [needs.authenticate, refuseAllButAdmins]

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'What InvGate could not be told, oldest first',
        querystring: MirrorFailuresQuery,
        response: { 200: Envelope(Type.Array(MirrorFailureWire)) },
      },
    },
    async (request) => {
      const page = await listParkedJobs(request.tenantId, numberPageAsked(request.query))
      return envelope(request, page.items.map(toWireFailure), {
        pagination: numberPaginationOf(request.query, page),
      })
    },
  )

  app.post(
    `${path}/:id/retry`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Tell InvGate again',
        params: MirrorFailureParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const { tenantId, params } = request
      await retryParkedJob({ tenantId, id: params.id, by: byOf(request, clock) })
      return envelope(request, null, { message: 'InvGate will be told again' })
    },
  )

  app.post(
    `${path}/:id/drop`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Give it up',
        params: MirrorFailureParams,
        body: DropBody,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const { tenantId, params, body } = request
      await dropParkedJob({ tenantId, id: params.id, by: byOf(request, clock), reason: body.reason })
      return envelope(request, null, { message: 'InvGate will not be told' })
    },
  )
}
