import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { isOperator } from '@werk/shared/auth/principal'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { refuseAllButAdmins } from '../administration/access.request.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { ImportUsers } from './import-users.ts'
import { columns } from './imported-user.ts'
import { readUsersCsv } from './read-users-csv.ts'

type Needs = { authenticate: Authenticate; importUsers: ImportUsers }

const largestFile = 4 * 1024 * 1024

const ImportQuery = Type.Object({
  skip_invalid: Type.Boolean({ default: false, description: 'import the good rows although others are bad' }),
})
const ImportWire = Type.Object({
  imported: Type.Integer(),
  skipped: Type.Integer({ description: 'e-mails that are accounts’ already' }),
  renumbered: Type.Integer({ description: 'imported under another id than the file’s' }),
  failed: Type.Array(
    Type.Object({
      line: Type.Integer(),
      column: Type.Union([Type.Enum([...columns]), Type.Null()]),
      reason: Type.String(),
    }),
  ),
})

/** It needs no Idempotency-Key: whoever repeats it imports what is missing still. */
export async function registerImportRoutes(app: App, { authenticate, importUsers }: Needs): Promise<void> {
  // A scope of its own, because no other route takes CSV and this one takes nothing else.
  await app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('text/csv', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

    scope.post(
      '/admin/users/import',
      {
        onRequest: [authenticate, refuseAllButAdmins],
        bodyLimit: largestFile,
        schema: {
          tags: ['Users'],
          security: [{ bearer: [] }],
          summary: 'Import the older users table as CSV (text/csv)',
          querystring: ImportQuery,
          response: { 200: Envelope(ImportWire) },
        },
      },
      async (request) => {
        const source = await readUsersCsv(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
        const imported = await importUsers(source, {
          tenantId: request.tenantId,
          // Ids are of all tenants together.
          keepIds: isOperator(callerOf(request)),
          skipInvalid: request.query.skip_invalid,
          actor: actorOf(request),
        })
        return envelope(request, imported, { message: `${imported.imported} accounts were imported` })
      },
    )
  })
}
