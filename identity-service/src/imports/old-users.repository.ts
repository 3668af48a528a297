import { connectionOptions } from '@werk/shared/database/connection-options'
import { createConnection } from 'mariadb'
import type { Source } from './import-users.ts'
import type { SourceRow } from './imported-user.ts'

type Row = { id: number } & Record<'name' | 'last_name' | 'email' | 'password' | 'created_at', string | null>

const atOnce = 1000

export type OldUsers = Source & { close(): Promise<void> }

/**
 * The `users` table of the older service (contract 2), read by id, some at a time; nothing there is changed.
 * @param url `mysql://user:password@host:port/database`
 */
export async function connectOldUsers(url: string): Promise<OldUsers> {
  const connection = await createConnection({
    ...connectionOptions(url),
    initSql: "SET SESSION time_zone = '+00:00'",
    dateStrings: true,
    bigIntAsNumber: true,
    connectTimeout: 10_000,
  })
  return {
    async *batches() {
      for (let after = 0; ; ) {
        const rows = await connection.query<Row[]>(
          `SELECT id, name, last_name, email, password, created_at
            FROM users WHERE id > ? ORDER BY id LIMIT ${atOnce}`,
          [after],
        )
        const last = rows.at(-1)
        if (last === undefined) return
        yield rows.map(toSourceRow)
        after = last.id
      }
    },
    close: () => connection.end(),
  }
}

const toSourceRow = ({ id, ...values }: Row): SourceRow => ({
  line: id,
  values: { ...values, id: String(id) },
})
