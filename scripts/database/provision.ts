import { connect } from '@werk/shared/database/migration-connection'

export type Account = { database: string; user: string; password: string }

/**
 * Makes each account's database and its SQL user, who may do anything in that database and nothing elsewhere.
 * What is there already stays, but for the password, which becomes the given one. Names and passwords
 * must consist of letters, digits, `-` and `_`.
 */
export async function provision(rootUrl: string, accounts: Account[]): Promise<void> {
  const connection = await connect(rootUrl)
  try {
    for (const { database, user, password } of accounts) {
      // An underscore in a grant stands for any character unless it is escaped.
      const grantee = database.replaceAll('_', '\\_')
      await connection.query(
        `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
         CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}';
         ALTER USER '${user}'@'%' IDENTIFIED BY '${password}';
         GRANT ALL PRIVILEGES ON \`${grantee}\`.* TO '${user}'@'%'`,
      )
    }
  } finally {
    await connection.end()
  }
}
