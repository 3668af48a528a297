import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import { numberPageAsked, numberPaginationOf } from '../paging/number-cursor.request.ts'
import { AuditQuery, AuditWire } from './audit.schemas.ts'
import { toWireEntry } from './audit.wire.ts'
import type { ReadAudit } from './read-audit.ts'

type Needs = { authenticate: Authenticate; readAudit: ReadAudit }

/** Nothing here changes it. */
export function registerAuditRoutes(app: App, { authenticate, readAudit }: Needs): void {
  app.get(
    '/admin/audit',
    {
      onRequest: [authenticate, refuseAllButAdmins],
      schema: {
        tags: ['Audit'],
        security: [{ bearer: [] }],
        summary: 'Who did what in the tenant, newest first',
        querystring: AuditQuery,
        response: { 200: Envelope(Type.Array(AuditWire)) },
      },
    },
    async (request) => {
      const { tenantId, query } = request
      const { subject = null, action = null, actor_id: actorId = null } = query
      const page = await readAudit(tenantId, { subject, action, actorId }, numberPageAsked(query))
      return envelope(
        request,
        page.items.map((entry) => toWireEntry(tenantId, entry)),
        { pagination: numberPaginationOf(query, page) },
      )
    },
  )
}
