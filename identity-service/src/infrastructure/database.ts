import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import type { Pool } from '@werk/shared/database/pool'
import { PrismaClient } from './generated/client.ts'

export type Database = PrismaClient

/** Prisma over a pool that the caller owns and closes. */
export function createDatabase(pool: Pool): Database {
  return new PrismaClient({ adapter: new PrismaMariaDb(pool) })
}
