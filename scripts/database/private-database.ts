import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '@werk/shared/database/migration-connection'
import { startDockerServer } from './docker-server.ts'
import { findServer, type ServerSource } from './find-server.ts'
import { type StartedServer, startNativeServer } from './native-server.ts'

export type PrivateDatabase = StartedServer & {
  /** `mysql://root:…@127.0.0.1:port/?…`, to which a database's name may be added */
  rootUrl: string
}

export type PrivateDatabaseOptions = {
  /** the server's own folder, absolute */
  folder: string
  /** a port on loopback */
  port: number
  /** without one, a new one at each start; letters, digits, `-` and `_` */
  rootPassword?: string
  throwAway?: boolean
  source?: ServerSource
  say(line: string): void
}

const startLimitMs = 120_000

/**
 * Starts a MySQL or MariaDB server of our own and waits until it answers. Touches no server that is already there.
 * @throws a sentence for whoever runs the script, when the port is taken or there is no server to start
 */
export async function startPrivateDatabase(options: PrivateDatabaseOptions): Promise<PrivateDatabase> {
  const { port, say, throwAway = false, rootPassword = createPassword() } = options
  const source = options.source ?? findServer(say)
  const start = source.kind === 'docker' ? startDockerServer : startNativeServer
  const server = await start({ ...options, source, throwAway, rootPassword })
  const rootUrl = `mysql://root:${rootPassword}@127.0.0.1:${port}/?allowPublicKeyRetrieval=true`
  try {
    await untilAnswering(rootUrl, server)
  } catch (error) {
    await server.stop()
    throw error
  }
  return { rootUrl, ...server }
}

export function createPassword(): string {
  return randomBytes(24).toString('base64url')
}

async function untilAnswering(rootUrl: string, server: StartedServer): Promise<void> {
  let lastLines: string | null = null
  void server.ended.then((lines) => {
    lastLines = lines
  })
  for (const deadline = Date.now() + startLimitMs; ; await delay(50)) {
    if (lastLines !== null) throw new Error(`the database server ended by itself:\n${lastLines}`)
    if (await answers(rootUrl)) return
    if (Date.now() > deadline) throw new Error('the database server does not answer')
  }
}

async function answers(rootUrl: string): Promise<boolean> {
  try {
    const connection = await connect(rootUrl)
    await connection.end()
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ER_ACCESS_DENIED_ERROR') throw error
    return false
  }
}
