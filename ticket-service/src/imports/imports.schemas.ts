import Type, { type Static } from 'typebox'

export const ImportQuery = Type.Object({
  dry_run: Type.Boolean({ default: false, description: 'only say what would be' }),
  mirror: Type.Boolean({ default: false, description: 'InvGate gets what is created too' }),
})

const columns =
  'external_id, title, description, category, priority, status, creator_email, agent_email, created_at, closed_at ' +
  '(or as the export calls them), and if you like tags and field.<key>, several of a cell with semicolons between'

export const ImportCsv = Type.String({ description: `a first line that names the columns ${columns}` })
export const ImportForm = Type.Object({ file: Type.String({ format: 'binary' }) })

export const ImportWire = Type.Object({
  dry_run: Type.Boolean(),
  rows: Type.Integer(),
  created: Type.Integer(),
  unchanged: Type.Integer({ description: 'rows whose ticket is here already; it stays as it is' }),
  unknown_creators: Type.Array(Type.String(), {
    description:
      'requesters whom the tenant does not know, the first 100; they find their tickets once they register',
  }),
  ignored_columns: Type.Array(Type.String()),
})
export type ImportWire = Static<typeof ImportWire>
