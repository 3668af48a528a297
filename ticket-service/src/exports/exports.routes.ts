import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import Type from 'typebox'
import { refuseAllButStaff } from '../administration/access.request.ts'
import { scopeOf } from '../tickets/actor.request.ts'
import { toTicketFilter } from '../tickets/ticket-filter.request.ts'
import { ticketFilters } from '../tickets/tickets.schemas.ts'
import type { ExportTickets } from './export-tickets.ts'
import { toCsv } from './tickets-csv.wire.ts'

type Needs = { authenticate: Authenticate; exportTickets: ExportTickets; clock: { now(): Date } }

const ExportQuery = Type.Object({
  ...ticketFilters,
  bom: Type.Optional(Type.Boolean({ description: 'true: begins with a byte order mark, for spreadsheets' })),
})

/** Tickets as a file. */
export function registerExportRoutes(app: App, { authenticate, exportTickets, clock }: Needs): void {
  app.get(
    '/tickets/export.csv',
    {
      onRequest: [authenticate, refuseAllButStaff],
      config: { apiScope: 'tickets:read' },
      // It would read all tickets to tell their length.
      exposeHeadRoute: false,
      schema: {
        tags: ['Tickets'],
        security: [{ bearer: [] }],
        summary: 'All tickets that the list would show, as CSV (RFC 4180) in the order of time',
        querystring: ExportQuery,
        response: {
          200: { description: 'the file', content: { 'text/csv': { schema: Type.Any() } } },
        },
      },
    },
    async (request, reply) => {
      const { bom = false, ...query } = request.query
      const tickets = await exportTickets(scopeOf(request), toTicketFilter(query, clock.now()))
      const { csv, told } = toCsv(tickets, { bom })
      csv.once('close', () => {
        const fields = { tickets: told(), complete: csv.readableEnded, tenant_id: request.tenantId }
        request.log.info(fields, 'tickets were exported')
      })
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="tickets.csv"')
        .header('cache-control', 'no-store')
        .send(csv)
    },
  )
}
