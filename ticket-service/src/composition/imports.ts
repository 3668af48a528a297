import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool } from '@werk/shared/database/pool'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { MultipartLimits } from '../attachments/read-multipart.ts'
import { appendAudit } from '../audit/audit.repository.ts'
import { createCheckRows } from '../imports/check-rows.ts'
import { createImportTickets } from '../imports/import-tickets.ts'
import { createImportsRepository, isTwin } from '../imports/imports.repository.ts'
import { createReadImport } from '../imports/imports.request.ts'
import { registerImportRoutes } from '../imports/imports.routes.ts'
import { createWriteImported } from '../imports/write-imported.ts'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import { createTagsRepository } from '../tags/tags.repository.ts'
import type { FieldParts } from './custom-fields.ts'
import type { DeskParts } from './desk-parts.ts'

type Parts = {
  app: App
  pool: Pool
  desk: DeskParts
  intents: IntentsRepository
  fields: FieldParts
  attachmentStore: AttachmentStore
  limits: MultipartLimits
  clock: { now(): Date }
}

/** Tickets from a file. */
export function composeImports(parts: Parts) {
  const { app, pool, desk, intents, fields, attachmentStore, clock } = parts
  const imports = createImportsRepository(pool)
  const importTickets = createImportTickets({
    ...desk,
    ...fields,
    ...{ imports, isTwin, appendAudit },
    checkRows: createCheckRows({ imports }),
    writeImported: createWriteImported({
      ...desk,
      ...fields,
      ...{ imports, intents, tags: createTagsRepository(pool) },
    }),
  })
  return {
    register: (authenticate: Authenticate): Promise<void> =>
      registerImportRoutes(app, {
        ...{ authenticate, importTickets, attachmentStore, clock },
        readImport: createReadImport(parts),
      }),
  }
}
