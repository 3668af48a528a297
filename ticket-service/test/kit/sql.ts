import { connect } from '@werk/shared/database/migration-connection'

/** Runs one statement on the database, past the app. Integers come as numbers. */
export async function sql({ url }: { url: string }, statement: string): Promise<Record<string, unknown>[]> {
  const connection = await connect(url)
  try {
    return await connection.query({ sql: statement, bigIntAsNumber: true, timezone: 'Z' })
  } finally {
    await connection.end()
  }
}
