import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButAdmins, refuseAllButOperators } from '../administration/access.request.ts'
import { pageAsked, paginationOf } from '../administration/page.request.ts'
import { AuditQuery, AuditWire, VerdictWire } from './audit.schemas.ts'
import { toWireEntry } from './audit.wire.ts'
import type { ReadAudit } from './read-audit.ts'
import type { VerifyAudit } from './verify-audit.ts'

type Needs = { authenticate: Authenticate; readAudit: ReadAudit; verifyAudit: VerifyAudit }

const common = { tags: ['Audit'], security: [{ bearer: [] }] }

/** Nothing here changes it. */
export function registerAuditRoutes(app: App, { authenticate, readAudit, verifyAudit }: Needs): void {
  app.get(
    '/admin/audit',
    {
      onRequest: [authenticate, refuseAllButAdmins],
      schema: {
        ...common,
        summary: 'Who did what in the tenant, newest first',
        querystring: AuditQuery,
        response: { 200: Envelope(Type.Array(AuditWire)) },
      },
    },
    async (request) => {
      const { action = null, actor_id: actorId = null, subject = null, from, to } = request.query
      const filter = { action, actorId, subject, from: toDate(from), to: toDate(to) }
      const page = await readAudit(request.tenantId, filter, pageAsked(request.query))
      return envelope(request, page.items.map(toWireEntry), { pagination: paginationOf(request.query, page) })
    },
  )

  app.get(
    '/admin/audit/verify',
    {
      onRequest: [authenticate, refuseAllButOperators],
      schema: {
        ...common,
        summary: 'Recomputes the chain of hashes over all tenants, and names the first entry that is wrong',
        response: { 200: Envelope(VerdictWire) },
      },
    },
    async (request) => {
      const { good, head, firstWrong } = await verifyAudit()
      const data = { valid: firstWrong === null, good_entries: good, head, first_wrong: firstWrong }
      return envelope(request, data, {
        message: firstWrong === null ? 'every entry is as it was written' : 'the audit was tampered with',
      })
    },
  )
}

const toDate = (text: string | undefined): Date | null => (text === undefined ? null : new Date(text))
