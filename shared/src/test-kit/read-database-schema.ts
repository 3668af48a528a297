import type { Connection } from '../database/migration-connection.ts'
import { columnLine, describe, foreignKeyLine, type IndexKind, indexLine } from './schema-lines.ts'

type ColumnRow = {
  tableName: string
  columnName: string
  columnType: string
  nullable: 'YES' | 'NO'
  fallback: string | null
  extra: string
}
type IndexRow = {
  tableName: string
  name: string
  nonUnique: number | bigint
  indexType: string
  columns: string
}
type ForeignKeyRow = { tableName: string; columns: string; target: string; targets: string }

/** The table of the migrations' own ledger belongs to no model. */
const ledger = '_prisma_migrations'

/** The lines of the database that the connection is in, MySQL or MariaDB. */
export async function readDatabaseSchema(connection: Connection): Promise<string[]> {
  const columns = await connection.query<ColumnRow[]>(
    `SELECT TABLE_NAME AS tableName, COLUMN_NAME AS columnName, COLUMN_TYPE AS columnType, IS_NULLABLE AS nullable,
      COLUMN_DEFAULT AS fallback, EXTRA AS extra FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> ? ORDER BY TABLE_NAME, ORDINAL_POSITION`,
    [ledger],
  )
  const indexes = await connection.query<IndexRow[]>(
    `SELECT TABLE_NAME AS tableName, INDEX_NAME AS name, MAX(NON_UNIQUE) AS nonUnique, MAX(INDEX_TYPE) AS indexType,
      GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX) AS columns FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME <> ? GROUP BY TABLE_NAME, INDEX_NAME`,
    [ledger],
  )
  const foreignKeys = await connection.query<ForeignKeyRow[]>(
    `SELECT TABLE_NAME AS tableName, GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION) AS columns,
      MAX(REFERENCED_TABLE_NAME) AS target, GROUP_CONCAT(REFERENCED_COLUMN_NAME ORDER BY ORDINAL_POSITION) AS targets
      FROM information_schema.KEY_COLUMN_USAGE
      WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL GROUP BY TABLE_NAME, CONSTRAINT_NAME`,
  )
  return [
    ...columns.map((row) => columnLine(row.tableName, row.columnName, describeColumn(row))),
    ...indexes.map((row) => indexLine(row.tableName, row.name, kindOf(row), row.columns.split(','))),
    ...foreignKeys.map(({ tableName, columns: from, target, targets }) =>
      foreignKeyLine(tableName, from.split(','), target, targets.split(',')),
    ),
  ]
}

function kindOf({ nonUnique, indexType }: IndexRow): IndexKind {
  if (indexType === 'FULLTEXT') return 'fulltext index'
  return Number(nonUnique) === 0 ? 'unique index' : 'index'
}

function describeColumn({ columnType, nullable, fallback, extra }: ColumnRow): string {
  const type = columnType.toLowerCase().replace(/^((?:big|small|tiny|medium)?int)\(\d+\)/, '$1')
  return describe(type, nullable === 'NO', defaultOfColumn(fallback, extra))
}

/** MariaDB quotes a text default and says NULL for none, MySQL does neither. */
function defaultOfColumn(fallback: string | null, extra: string): string | null {
  if (/auto_increment/i.test(extra)) return 'auto_increment'
  if (fallback === null || fallback === 'NULL') return null
  if (/^current_timestamp/i.test(fallback)) return 'now'
  return fallback.replace(/^'(.*)'$/, '$1')
}
