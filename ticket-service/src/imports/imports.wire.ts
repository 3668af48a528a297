import type { Imported } from './import-tickets.ts'
import type { ImportWire } from './imports.schemas.ts'

/** The one place that maps what an import came to to the wire. */
export function toWireImport(imported: Imported, dryRun: boolean): ImportWire {
  const { rows, created, unchanged, unknownCreators, ignoredColumns } = imported
  return {
    ...{ dry_run: dryRun, rows, created, unchanged },
    unknown_creators: unknownCreators,
    ignored_columns: ignoredColumns,
  }
}
