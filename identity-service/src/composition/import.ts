import { createImportUsers, type ImportUsers } from '../imports/import-users.ts'
import { createImportsRepository } from '../imports/imports.repository.ts'
import type { Database } from '../infrastructure/database.ts'
import { invgateUserJob } from '../invgate-users/ensure-invgate-user.ts'

/** The import of older accounts, for the service and for the script. */
export function composeImport(database: Database): ImportUsers {
  return createImportUsers({ imports: createImportsRepository(database, invgateUserJob) })
}
