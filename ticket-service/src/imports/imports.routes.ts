import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import { createAjv } from '@werk/shared/validation/ajv'
import type { FastifySchema } from 'fastify'
import { refuseAllButManagers } from '../administration/access.request.ts'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { byOf } from '../tickets/actor.request.ts'
import { createCsvSource } from './csv-source.ts'
import type { ImportTickets } from './import-tickets.ts'
import type { ReadImport } from './imports.request.ts'
import { ImportCsv, ImportForm, ImportQuery, ImportWire } from './imports.schemas.ts'
import { toWireImport } from './imports.wire.ts'

type Needs = {
  authenticate: Authenticate
  readImport: ReadImport
  importTickets: ImportTickets
  attachmentStore: Pick<AttachmentStore, 'discard'>
  clock: { now(): Date }
}

/** It needs no Idempotency-Key: whoever repeats it imports what is missing still. */
export async function registerImportRoutes(app: App, needs: Needs): Promise<void> {
  const { authenticate, readImport, importTickets, attachmentStore, clock } = needs
  // A scope of its own, because no other route takes CSV, and this one takes no JSON.
  await app.register(async (scope: App) => {
    scope.removeContentTypeParser('application/json')
    // As a stream: it goes to disk as it comes.
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))
    const text = createAjv({ coerceTypes: true })
    // Reading the file also checks it.
    scope.setValidatorCompiler<FastifySchema>(({ schema, httpPart }) =>
      httpPart === 'body' ? () => true : text.compile(schema),
    )

    scope.post(
      '/tickets/import',
      {
        onRequest: [authenticate, refuseAllButManagers],
        schema: {
          tags: ['Tickets'],
          security: [{ bearer: [] }],
          summary: 'Import tickets from a CSV file, all of them or none; sent again, it adds what is missing',
          querystring: ImportQuery,
          body: {
            content: {
              'text/csv': { schema: ImportCsv },
              'multipart/form-data': { schema: ImportForm },
            },
          },
          response: { 200: Envelope(ImportWire) },
        },
      },
      async (request) => {
        const { dry_run: dryRun, mirror } = request.query
        const file = await readImport(request)
        try {
          const imported = await importTickets({
            ...{ source: createCsvSource(file.path), sha256: file.sha256, tenantId: request.tenantId },
            ...{ by: byOf(request, clock), dryRun, mirror },
          })
          const message = `${imported.created} tickets ${dryRun ? 'would be' : 'were'} imported`
          return envelope(request, toWireImport(imported, dryRun), { message })
        } finally {
          await attachmentStore.discard(file)
        }
      },
    )
  })
}
