import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { migrate } from '@werk/shared/database/migrate'
import { createPassword, type PrivateDatabase, startPrivateDatabase } from '../database/private-database.ts'
import { type Account, provision } from '../database/provision.ts'

export type DatabaseUrls = { identity: string; ticket: string }

type Passwords = { root: string; identity: string; ticket: string }

type Options = { data: string; port: number; say(line: string): void }

/** Starts the private server, whose folder is `mysql` in the data folder. Its passwords are beside it. */
export function startDatabase({ data, port, say }: Options): Promise<PrivateDatabase> {
  const { root } = keepPasswords(data)
  return startPrivateDatabase({ folder: join(data, 'mysql'), port, rootPassword: root, say })
}

/** Makes the two databases and the two SQL users, each with rights on its own database alone. */
export async function prepareDatabases(database: PrivateDatabase, data: string): Promise<DatabaseUrls> {
  const passwords = keepPasswords(data)
  const identity = { database: 'werk_identity', user: 'werk_identity', password: passwords.identity }
  const ticket = { database: 'werk_ticket', user: 'werk_ticket', password: passwords.ticket }
  await provision(database.rootUrl, [identity, ticket])
  return { identity: urlOf(database.rootUrl, identity), ticket: urlOf(database.rootUrl, ticket) }
}

export async function migrateDatabases(
  root: string,
  urls: DatabaseUrls,
  say: (line: string) => void,
): Promise<void> {
  for (const [service, url] of Object.entries({
    'identity-service': urls.identity,
    'ticket-service': urls.ticket,
  })) {
    const logger = { info: (line: string) => say(`${service}: ${line}`), warn: (line: string) => say(line) }
    const migrationsFolder = join(root, service, 'prisma', 'migrations')
    await migrate({ url, migrationsFolder, logger }).catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`cannot migrate the database of the ${service}: ${reason}`, { cause })
    })
  }
}

function keepPasswords(data: string): Passwords {
  const file = join(data, 'database.json')
  if (!existsSync(file)) {
    const passwords = { root: createPassword(), identity: createPassword(), ticket: createPassword() }
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, JSON.stringify(passwords), { mode: 0o600 })
  }
  return JSON.parse(readFileSync(file, 'utf8'))
}

function urlOf(rootUrl: string, { database, user, password }: Account): string {
  return Object.assign(new URL(rootUrl), { username: user, password, pathname: `/${database}` }).href
}
