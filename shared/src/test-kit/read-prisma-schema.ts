import { readFile } from 'node:fs/promises'
import { getDMMF } from '@prisma/get-dmmf'
import { columnLine, describe, foreignKeyLine, type IndexKind, indexLine } from './schema-lines.ts'

type Document = Exclude<ReturnType<typeof getDMMF>, { type: string }>
type Model = Document['datamodel']['models'][number]
type Field = Model['fields'][number]

/** The lines of a `schema.prisma`. @throws Error when Prisma cannot read it, or it uses a type not known here */
export async function readPrismaSchema(schemaPath: string): Promise<string[]> {
  const document = await getDMMF({ datamodel: await readFile(schemaPath, 'utf8') })
  if ('type' in document) throw new Error(`${schemaPath} cannot be read: ${document.reason}`)
  const { models, indexes } = document.datamodel
  const byName = new Map(models.map((model) => [model.name, model]))

  const lines = models.flatMap((model) => {
    const table = tableOf(model)
    const columns = model.fields.filter(({ kind }) => kind === 'scalar')
    const relations = model.fields.filter(({ relationFromFields }) => (relationFromFields ?? []).length > 0)
    return [
      ...columns.map((field) => columnLine(table, columnOf(field), describeField(field))),
      ...relations.map((field) => {
        const target = byName.get(field.type)
        if (target === undefined) throw new Error(`${model.name}.${field.name} leads to no model`)
        const from = namesOf(model, field.relationFromFields ?? [])
        const to = namesOf(target, field.relationToFields ?? [])
        return foreignKeyLine(table, from, tableOf(target), to)
      }),
    ]
  })
  const keys = indexes.map(({ model: name, type, fields, dbName }) => {
    const model = byName.get(name)
    if (model === undefined) throw new Error(`an index of no model: ${name}`)
    const table = tableOf(model)
    const columns = namesOf(
      model,
      fields.map((field) => field.name),
    )
    if (type === 'id') return indexLine(table, 'PRIMARY', 'unique index', columns)
    const suffix = type === 'unique' ? 'key' : 'idx'
    return indexLine(table, dbName ?? [table, ...columns, suffix].join('_'), kinds[type], columns)
  })
  return [...lines, ...keys]
}

const kinds = {
  normal: 'index',
  unique: 'unique index',
  fulltext: 'fulltext index',
} as const satisfies Record<string, IndexKind>

function tableOf({ name, dbName }: Model): string {
  return dbName ?? name
}

function columnOf({ name, dbName }: Field): string {
  return dbName ?? name
}

function namesOf(model: Model, fields: readonly string[]): string[] {
  return fields.map((name) => {
    const field = model.fields.find((candidate) => candidate.name === name)
    if (field === undefined) throw new Error(`${model.name} has no field ${name}`)
    return columnOf(field)
  })
}

/** Prisma's native types as MySQL writes them; MySQL 8 leaves out the display widths that MariaDB shows. */
const nativeTypes: Record<string, (...sizes: string[]) => string> = {
  VarChar: (length) => `varchar(${length})`,
  Char: (length) => `char(${length})`,
  DateTime: (digits = '0') => (digits === '0' ? 'datetime' : `datetime(${digits})`),
  UnsignedInt: () => 'int unsigned',
  UnsignedBigInt: () => 'bigint unsigned',
  UnsignedSmallInt: () => 'smallint unsigned',
  UnsignedTinyInt: () => 'tinyint unsigned',
  Text: () => 'text',
  MediumText: () => 'mediumtext',
  LongText: () => 'longtext',
  Json: () => 'json',
  Binary: (length) => `binary(${length})`,
  VarBinary: (length) => `varbinary(${length})`,
  MediumBlob: () => 'mediumblob',
}

const defaultTypes: Record<string, string> = {
  Int: 'int',
  BigInt: 'bigint',
  Boolean: 'tinyint',
  Float: 'double',
  String: 'varchar(191)',
  DateTime: 'datetime(3)',
  Json: 'json',
  Bytes: 'longblob',
}

function describeField(field: Field): string {
  const [native, sizes = []] = field.nativeType ?? []
  const type = native ? nativeTypes[native]?.(...sizes) : defaultTypes[field.type]
  if (type === undefined)
    throw new Error(`the type of ${field.name} is not known here: ${native ?? field.type}`)
  return describe(type, field.isRequired, defaultOf(field.default))
}

function defaultOf(value: Field['default']): string | null {
  if (value === undefined) return null
  if (typeof value === 'boolean') return String(Number(value))
  if (typeof value !== 'object') return String(value)
  if (!('name' in value)) throw new Error('a list cannot be a default')
  if (value.name === 'autoincrement') return 'auto_increment'
  if (value.name === 'now') return 'now'
  // made by the client, not by the database
  return null
}
