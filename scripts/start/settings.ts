import type { Environment } from './environment.ts'

export type Ports = { identity: number; ticket: number; sandbox: number; database: number }

export type StartSettings = {
  ports: Ports
  /** the databases to use instead of a private server's */
  databaseUrls: { identity: string; ticket: string } | null
  /** whether the user has an InvGate of their own to talk to */
  ownInvgate: boolean
}

/** @throws a sentence that names what is missing or wrong */
export function readSettings(env: Environment): StartSettings {
  return {
    ports: {
      identity: readPort(env, 'IDENTITY_PORT', 18081),
      ticket: readPort(env, 'TICKET_PORT', 18082),
      sandbox: readPort(env, 'SANDBOX_PORT', 18083),
      database: readPort(env, 'DATABASE_PORT', 18306),
    },
    databaseUrls: readDatabaseUrls(env),
    ownInvgate: Boolean(env.ARMMADA_BASE_URL),
  }
}

function readPort(env: Environment, name: string, fallback: number): number {
  const port = Number(env[name] || fallback)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new Error(`${name} must be a port, from 1 to 65535`)
}

function readDatabaseUrls(env: Environment): StartSettings['databaseUrls'] {
  const { IDENTITY_DATABASE_URL: identity, TICKET_DATABASE_URL: ticket } = env
  if (identity && ticket) return { identity, ticket }
  if (!identity && !ticket) return null
  const missing = identity ? 'TICKET_DATABASE_URL' : 'IDENTITY_DATABASE_URL'
  throw new Error(`${missing} is missing: set both database URLs, or neither for a private database server`)
}
