import { connect } from '../database/migration-connection.ts'
import { readDatabaseSchema } from './read-database-schema.ts'
import { readPrismaSchema } from './read-prisma-schema.ts'

type Where = {
  /** A `schema.prisma`. */
  schemaPath: string
  /** `mysql://…/database`, migrated. */
  databaseUrl: string
}

/**
 * Holds a Prisma schema against a migrated database: tables, columns (name, type, nullability, default, auto-increment),
 * primary keys, indexes, unique indexes and foreign keys.
 * @returns a line for every difference, empty when there is none
 */
export async function compareSchema({ schemaPath, databaseUrl }: Where): Promise<string[]> {
  const wanted = await readPrismaSchema(schemaPath)
  const connection = await connect(databaseUrl)
  try {
    const found = await readDatabaseSchema(connection)
    return [
      ...wanted.filter((line) => !found.includes(line)).map((line) => `only in the schema: ${line}`),
      ...found.filter((line) => !wanted.includes(line)).map((line) => `only in the database: ${line}`),
    ]
  } finally {
    await connection.end()
  }
}
